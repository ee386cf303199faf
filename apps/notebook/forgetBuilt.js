/** The service worker of the dev server: takes the place of a built site's, deletes what that kept, and goes. */
addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(forget()));

async function forget() {
  await self.registration.unregister();
  // Kept models are in caches of other names.
  for (const name of await caches.keys()) if (name.startsWith("workbox-precache")) await caches.delete(name);
  const pages = await self.clients.matchAll({ type: "window" });
  await Promise.all(pages.map((page) => page.navigate(page.url)));
}
