import * as tf from "../tf.ts";

/** The same numbers on the device under a handle that no gradient's tape knows. */
export function detach(x: tf.Tensor): tf.Tensor {
  const engine = tf.engine();
  engine.backend.incRef(x.dataId);
  return engine.makeTensorFromTensorInfo(x);
}
