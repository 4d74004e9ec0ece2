import type { RenderProps } from "@anywidget/types";
import { render } from "preact";
import type { ProgressTraits } from "./protocol";

export default () => ({
  render({ model, el }: RenderProps<ProgressTraits>) {
    const root = document.createElement("div");
    root.className = "rk-root";
    el.append(root);
    const draw = () => render(<p>{model.get("job")?.stage ?? ""}</p>, root);
    model.on("change:job", draw);
    draw();
    return () => {
      model.off("change:job", draw);
      render(null, root);
      root.remove();
    };
  },
});
