import type { AnyModel, RenderProps } from "@anywidget/types";
import { render } from "preact";
import { type Connection, connect } from "./connection";
import type { StudioTraits } from "./protocol";

function Studio({ model }: { model: AnyModel<StudioTraits>; connection: Connection }) {
  return <p>{model.get("endpoints")?.length ?? 0} models</p>;
}

export default () => {
  let connection: Connection | undefined;
  return {
    initialize({ model }: { model: AnyModel<StudioTraits> }) {
      connection = connect(model);
      return () => connection?.close();
    },
    render({ model, el }: RenderProps<StudioTraits>) {
      const root = document.createElement("div");
      root.className = "rk-root";
      root.dataset.lmSuppressShortcuts = "true";
      el.append(root);
      connection ??= connect(model);
      render(<Studio model={model} connection={connection} />, root);
      return () => {
        render(null, root);
        root.remove();
      };
    },
  };
};
