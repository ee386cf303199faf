/** The one door to tfjs, so that every file of the engine meets the same instance of it. */
export * from "@tensorflow/tfjs";
