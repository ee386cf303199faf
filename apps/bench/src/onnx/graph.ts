/** Builds an ONNX graph and writes it as a model file (onnx.proto's field numbers). */
import { bytes, float, int, join, message, text } from "./protobuf.ts";

const IR_VERSION = 8;
const OPSET = 17;

/** onnx.proto's TensorProto.DataType. */
const TYPES = { float: 1, int32: 6, int64: 7 } as const;
type ElementType = keyof typeof TYPES;

/** A value of the graph, by its name. */
export type Value = string;

type Attributes = Record<string, number | { float: number } | readonly number[]>;

/** A dimension: its size, or a name where it differs from run to run. */
export type Dimension = number | string;

export class OnnxGraph {
  private readonly nodes: Uint8Array[] = [];
  private readonly initializers: Uint8Array[] = [];
  private readonly inputs: Uint8Array[] = [];
  private readonly outputs: Uint8Array[] = [];
  private made = 0;

  /** `weightsFile` is the name under which the session is given the tensors' bytes. */
  constructor(private readonly weightsFile: string) {}

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push(message(11, valueInfo(name, type, shape)));
    return name;
  }

  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.add("Identity", [value], [name], {});
    this.outputs.push(message(12, valueInfo(name, type, shape)));
  }

  /** An operator with one result. */
  op(type: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.ops(type, inputs, 1, attributes)[0] as Value;
  }

  ops(type: string, inputs: readonly Value[], count: number, attributes: Attributes = {}): Value[] {
    const outputs = Array.from({ length: count }, () => this.fresh(type));
    this.add(type, inputs, outputs, attributes);
    return outputs;
  }

  /** A tensor whose bytes stand in the weights' file. */
  weight(name: string, { shape, offset, length }: { shape: readonly number[]; offset: number; length: number }): Value {
    const entry = (key: string, value: string) => message(13, [text(1, key), text(2, value)]);
    this.initializers.push(
      message(5, [
        ...shape.map((d) => int(1, d)),
        int(2, TYPES.float),
        text(8, name),
        entry("location", this.weightsFile),
        entry("offset", String(offset)),
        entry("length", String(length)),
        int(14, 1),
      ]),
    );
    return name;
  }

  int64s(values: readonly number[]): Value {
    return this.constant("int64", BigInt64Array.from(values, BigInt), [values.length]);
  }

  int64(value: number): Value {
    return this.constant("int64", BigInt64Array.of(BigInt(value)), []);
  }

  scalar(value: number): Value {
    return this.constant("float", Float32Array.of(value), []);
  }

  /** The model's file. */
  encode(): Uint8Array {
    const graph = [...this.nodes, text(2, "gpt2"), ...this.initializers, ...this.inputs, ...this.outputs];
    return join([int(1, IR_VERSION), text(2, "insitu bench"), message(7, graph), message(8, [int(2, OPSET)])]);
  }

  private add(type: string, inputs: readonly Value[], outputs: readonly Value[], attributes: Attributes): void {
    this.nodes.push(
      message(1, [
        ...inputs.map((name) => text(1, name)),
        ...outputs.map((name) => text(2, name)),
        text(3, outputs[0] as string),
        text(4, type),
        ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
      ]),
    );
  }

  private constant(type: ElementType, data: Float32Array | BigInt64Array, shape: readonly number[]): Value {
    const name = this.fresh("constant");
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push(
      message(5, [...shape.map((d) => int(1, d)), int(2, TYPES[type]), text(8, name), bytes(9, raw)]),
    );
    return name;
  }

  private fresh(type: string): Value {
    return `${type}_${this.made++}`;
  }
}

/** onnx.proto's AttributeProto: a name, the value in the field of its kind, and which kind. */
function attribute(name: string, value: Attributes[string]): Uint8Array[] {
  if (typeof value === "number") return [text(1, name), int(3, value), int(20, 2)];
  if ("float" in value) return [text(1, name), float(2, value.float), int(20, 1)];
  return [text(1, name), ...value.map((v) => int(8, v)), int(20, 7)];
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): Uint8Array[] {
  const dimensions = shape.map((d) => message(1, [typeof d === "number" ? int(1, d) : text(2, d)]));
  return [text(1, name), message(2, [message(1, [int(1, TYPES[type]), message(2, dimensions)])])];
}
