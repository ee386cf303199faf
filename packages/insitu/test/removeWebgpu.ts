/** Takes `navigator.gpu` away before anything looks for it. */
delete (Object.getPrototypeOf(navigator) as { gpu?: unknown }).gpu;

export {};
