// What JSX becomes in the built file: the core has this function anyway, and the runtime of `react-jsx` is another.
export { Fragment, h } from "preact";
