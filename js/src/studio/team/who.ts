import type { Take } from "../../kernel/protocol";

/** Who asked for a take, where that was another person of the team; else empty. */
export const byOther = ({ team }: Take): string => (team && !team.mine ? team.person : "");
