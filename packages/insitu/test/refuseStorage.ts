/** What a browser says to a page of an opaque origin. */
navigator.storage.getDirectory = () => Promise.reject(new DOMException("Storage is disabled.", "SecurityError"));

export {};
