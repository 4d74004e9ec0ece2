import type { Framing, Image } from "../../kernel/protocol";
import { SelectPill } from "../form/SelectPill";
import { frame } from "../model/frames";
import { crop, MARGINS, matches, sameFraming } from "../model/framing";
import type { Session } from "../model/session";

export interface FramePillProps {
  session: Session;
  image: Image & { width: number; height: number };
  /** The aspect ratio that is asked for. */
  aspect: string | undefined;
  framing: Framing | null;
}

/** Crop, pad or uncropped: shown where the image's shape differs from what is asked for. */
export function FramePill({ session, image, aspect, framing }: FramePillProps) {
  const given = image.framing;
  const ways: { [name: string]: { label: string; shown: string; framing: Framing } } = {};
  if (aspect !== undefined) {
    // An image cropped in Python to the very ratio is offered as it was given, and the others beside it.
    if (matches(image, aspect) && (!framing || framing.fit === "whole") && given?.fit !== "crop") return null;
    const kept = framing?.fit === "crop" ? framing : crop(image, aspect, image.width / 2, image.height / 2);
    ways.crop = { label: `Crop to ${aspect}`, shown: "crop", framing: kept };
    for (const [name, colour] of Object.entries(MARGINS))
      ways[colour] = {
        label: `Pad with ${name}`,
        shown: `pad, ${name}`,
        framing: { fit: "pad", ratio: aspect, colour, aspect },
      };
  } else {
    // A part that was chosen here, such as the box of something, or how the image was given.
    const chosen = framing?.fit === "crop" && !sameFraming(framing, given) ? framing : null;
    const own = chosen ?? given;
    if (!own || own.fit === "whole" || own.aspect != null) return null;
    ways[own.fit === "crop" ? "crop" : (own.colour ?? "")] = {
      label: chosen ? "Cropped" : "Original framing",
      shown: own.fit === "crop" ? "crop" : "pad",
      framing: own,
    };
  }
  if (framing?.fit === "pad" && framing.colour && !ways[framing.colour])
    ways[framing.colour] = { label: `Pad with ${framing.colour}`, shown: "pad", framing };
  ways.whole = { label: "Uncropped", shown: "uncropped", framing: { fit: "whole", aspect: aspect ?? null } };
  const chosen = framing?.fit === "pad" ? (framing.colour ?? "") : (framing?.fit ?? "whole");
  return (
    <SelectPill
      name={aspect ?? "Frame"}
      shown={ways[chosen]?.shown ?? ""}
      strong
      title="Framing"
      value={chosen}
      options={Object.entries(ways).map(([value, { label }]) => ({ value, label }))}
      onChange={(name) => {
        const way = ways[name];
        if (way) frame(session, image, way.framing);
      }}
    />
  );
}
