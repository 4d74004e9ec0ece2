"""Run the widgets on the kernel side: messages, the bundle and the progress view."""
