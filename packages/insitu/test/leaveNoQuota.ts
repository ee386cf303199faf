/** As much used as may be. */
navigator.storage.estimate = () => Promise.resolve({ quota: 1000, usage: 1000 });

export {};
