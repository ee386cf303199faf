/** Memory is collected between the asking for a file's access handle and the answer, as chance has it now and then. */
interface Opens {
  createSyncAccessHandle(): Promise<unknown>;
}

const handles = FileSystemFileHandle.prototype as unknown as Opens;
const { createSyncAccessHandle } = handles;
if (!globalThis.gc) throw new Error("Chromium was started without --expose-gc.");

handles.createSyncAccessHandle = function () {
  const answer = createSyncAccessHandle.call(this);
  collect(20);
  return answer;
};

function collect(times: number): void {
  globalThis.gc?.();
  if (times > 1) setTimeout(collect, 0, times - 1);
}
