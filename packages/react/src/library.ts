/** Errors of what components run name the line of the page's author, not one of these files. */
import { asLibrary } from "insitu";

asLibrary(import.meta.url);
