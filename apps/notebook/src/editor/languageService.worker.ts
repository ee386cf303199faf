/** TypeScript's language service, in a worker of its own: it takes seconds to begin and is the page's largest part. */
import { expose } from "comlink";
import { TypeScriptService } from "./typeScriptService.ts";

/** The first message says where the declarations are: the worker's own file may lie anywhere in the site. */
const files = new Promise<Record<string, string>>((resolve, reject) => {
  self.addEventListener(
    "message",
    ({ data }) => {
      fetch(data.types)
        .then((response) => {
          if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
          return response.json();
        })
        .then(resolve, reject);
    },
    { once: true },
  );
});

const service = files.then((known) => new TypeScriptService(new Map(Object.entries(known))));

const api: Api = {
  update: async (cells) => (await service).update(cells),
  completions: async (id, offset) => (await service).completions(id, offset),
  details: async (id, offset, name) => (await service).details(id, offset, name),
  hover: async (id, offset) => (await service).hover(id, offset),
  diagnostics: async (id) => (await service).diagnostics(id),
};

type Asked = "update" | "completions" | "details" | "hover" | "diagnostics";

/** The service's, once it is there. */
export type Api = {
  [K in Asked]: (...given: Parameters<TypeScriptService[K]>) => Promise<ReturnType<TypeScriptService[K]>>;
};

expose(api);
