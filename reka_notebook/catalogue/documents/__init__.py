"""Read what the service's own documentation says of it: OpenAPI documents, and pages as Markdown."""
