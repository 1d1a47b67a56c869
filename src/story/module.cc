// The module has no sources yet.
