/** After so many bytes of a file, what a browser throws whose quota is used up. */
const FULL = 300_000;

interface Handle {
  write(bytes: Uint8Array, options?: { at?: number }): number;
}
const { prototype } = (globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: Handle } })
  .FileSystemSyncAccessHandle;
const { write } = prototype;
prototype.write = function (this: Handle, bytes, options) {
  if ((options?.at ?? 0) + bytes.length > FULL)
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  return write.call(this, bytes, options);
};

export {};
