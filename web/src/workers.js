/* global WORKERS -- the build puts the file name of each worker here */

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const file = WORKERS[`${label}-worker`] ?? WORKERS["editor-worker"];
    return new Worker(new URL(file, import.meta.url), { type: "module" });
  },
};
