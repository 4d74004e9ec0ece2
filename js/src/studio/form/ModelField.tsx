import type { Endpoint } from "../../kernel/protocol";
import { useStore } from "../../store";
import { refreshModels } from "../model/actions";
import { edit } from "../model/drafts";
import type { Session } from "../model/session";
import { choices } from "../outputs/pick";
import { SEVERAL, Several, Turning } from "./ChoiceField";
import { pricesNow, refreshPrices } from "./prices";
import { type OptionGroup, SelectPill } from "./SelectPill";

/** The line of the menu that asks the service for the account's models. */
const REFRESH = { value: "refresh", label: "Refresh this list" };

/** The model: one of those for what is there, or with "Several…" any of them, each of which is asked for the same. */
export function ModelField({ session, endpoint }: { session: Session; endpoint: Endpoint }) {
  const state = useStore(session.state);
  const { draft } = state;
  const offered = choices(state, endpoint);
  const alike = offered.filter(({ task }) => task === endpoint.task);
  const { models } = draft;
  // The options are those of the first. The last one stays.
  const change = ([first, ...others]: string[]) =>
    first && edit(session, { endpoint: first, models: others });
  return (
    <Turning several={models !== undefined}>
      {(turn) =>
        models ? (
          <Several
            name="Model"
            assumed={false}
            choices={alike.map(({ id, title }) => {
              const chosen = [endpoint.id, ...models];
              const turn = (on: boolean) => change(on ? [...chosen, id] : chosen.filter((one) => one !== id));
              return { label: title, on: chosen.includes(id), turn };
            })}
            onOne={turn(() => edit(session, { models: undefined }))}
          />
        ) : (
          <SelectPill
            name="Model"
            shown={endpoint.title}
            strong
            value={endpoint.id}
            groups={groupsOf(offered, pricesNow(state, offered))}
            onNear={() => void refreshPrices(session, offered)}
            options={[...(alike.length > 1 ? [SEVERAL] : []), REFRESH]}
            onChange={(chosen) => {
              if (chosen === REFRESH.value) void refreshModels(session);
              else if (chosen === SEVERAL.value) turn(() => edit(session, { models: [] }))();
              else edit(session, { endpoint: chosen, meant: undefined });
            }}
          />
        )
      }
    </Turning>
  );
}

/** The endpoints by task, in the catalogue's order: those that the account does not have come last. */
function groupsOf(endpoints: Endpoint[], prices: { [endpoint: string]: string }): OptionGroup[] {
  const tasks = [...new Set(endpoints.map((endpoint) => endpoint.task))];
  return tasks.map((task) => ({
    label: taskInWords(task),
    options: endpoints
      .filter((endpoint) => endpoint.task === task)
      .map(({ id, title, absent }) => ({
        value: id,
        label: [title, absent ? "(not in your account’s list)" : prices[id] && `· ${prices[id]}`]
          .filter(Boolean)
          .join(" "),
      })),
  }));
}

/** "text-to-video" → "Text to video". */
const taskInWords = (task: string) => `${task.charAt(0).toUpperCase()}${task.slice(1).replaceAll("-", " ")}`;
