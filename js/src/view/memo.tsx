import { Component, type FunctionComponent } from "preact";

/** A component that is drawn again only when one of its properties changes. */
export function memo<P extends object>(Body: FunctionComponent<P>) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const names = new Set([...Object.keys(this.props), ...Object.keys(next)]) as Set<keyof P>;
      return [...names].some((name) => this.props[name] !== next[name]);
    }

    override render() {
      return <Body {...this.props} />;
    }
  };
}
