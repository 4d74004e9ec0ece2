// The extension for JupyterLab 4 and Notebook 7, by hand: it bundles nothing, and takes what it needs from the host.
(() => {
  /** What the host shares: by package and version, how to get it. */
  let shared = {};

  async function take(name) {
    const versions = Object.values(shared[name] ?? {});
    const factory = await versions[versions.length - 1].get();
    return factory();
  }

  /** Shows the prompt of a cell such as %%reka_video in the colour of text: it is no Python. */
  function promptIsText({ Decoration, EditorView, ViewPlugin }, { RangeSetBuilder }) {
    const line = Decoration.line({ class: "reka-prompt" });
    const marks = (view) => {
      const { doc } = view.state;
      const builder = new RangeSetBuilder();
      if (/^%%reka_(video|image|speech|boxes|prompt)(\s|$)/.test(doc.line(1).text))
        for (const { from, to } of view.visibleRanges)
          for (let number = Math.max(2, doc.lineAt(from).number); number <= doc.lineAt(to).number; number++)
            builder.add(doc.line(number).from, doc.line(number).from, line);
      return builder.finish();
    };
    return [
      ViewPlugin.fromClass(
        class {
          constructor(view) {
            this.decorations = marks(view);
          }
          update({ docChanged, viewportChanged, view }) {
            if (docChanged || viewportChanged) this.decorations = marks(view);
          }
        },
        { decorations: (plugin) => plugin.decorations },
      ),
      EditorView.baseTheme({
        ".cm-line.reka-prompt span": {
          color: "inherit !important",
          fontWeight: "inherit !important",
          fontStyle: "inherit !important",
          textDecoration: "none !important",
        },
      }),
    ];
  }

  /** Lets a widget put a new cell below its own; false where it stands in no notebook. */
  function inserting(app) {
    return async (within, text) => {
      for (const panel of app.shell.widgets("main")) {
        const cells = panel.content?.widgets ?? [];
        const place = cells.findIndex((cell) => cell.node.contains(within));
        if (place < 0 || !panel.context || !panel.content.model) continue;
        panel.content.activeCellIndex = place;
        await app.commands.execute("notebook:insert-cell-below");
        panel.content.activeCell.model.sharedModel.setSource(text);
        return true;
      }
      return false;
    };
  }

  async function extension() {
    const [{ EditorExtensionRegistry, IEditorExtensionRegistry }, view, state] = await Promise.all(
      ["@jupyterlab/codemirror", "@codemirror/view", "@codemirror/state"].map(take),
    );
    return {
      id: "reka-notebook:cells",
      description: "Prompts in the cells of the magics are text, and the studio inserts cells.",
      autoStart: true,
      requires: [IEditorExtensionRegistry],
      activate(app, registry) {
        registry.addExtension({
          name: "reka-notebook:prompt",
          factory: () => EditorExtensionRegistry.createImmutableExtension(promptIsText(view, state)),
        });
        window.rekaNotebook = { insertBelow: inserting(app) };
      },
    };
  }

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["reka-notebook"] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const plugin = await extension();
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
