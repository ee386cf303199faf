"""Goldens of the op table and of indexing, computed by torch.

    python packages/engine/test/goldens/ops.py        (torch 2.x)

Writes ops.json and indexing.json beside this file.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
torch.manual_seed(0)
NAMES = {torch.float32: "float32", torch.int32: "int32", torch.int64: "int32", torch.bool: "bool"}


def pack(t):
    return {"shape": list(t.shape), "dtype": NAMES[t.dtype], "data": [float(x) if t.dtype == torch.float32 else int(x) for x in t.flatten().tolist()]}


CASES = []


def case(op, inputs, out, **attrs):
    CASES.append({"op": op, "inputs": [pack(x) for x in inputs], "attrs": attrs, "output": pack(out)})


def elementwise():
    x = torch.randn(2, 3, 4)
    y = torch.randn(3, 1)
    i = torch.randint(-5, 6, (2, 3), dtype=torch.int32)
    j = torch.tensor([2, -3, 4], dtype=torch.int32)
    b, c = torch.tensor([True, False, True]), torch.tensor([[True], [False]])
    pos = torch.rand(2, 5) + 0.1
    unit = torch.rand(2, 5) * 1.8 - 0.9
    for op, f in dict(add=torch.add, sub=torch.sub, mul=torch.mul, maximum=torch.maximum, minimum=torch.minimum).items():
        case(op, [x, y], f(x, y))
        case(op, [i, j], f(i, j))
        case(op, [x[0], i[:, :1].repeat(1, 4)[:1]], f(x[0], i[:, :1].repeat(1, 4)[:1].float()))
    case("add", [b, j], b.int() + j)
    case("div", [x, y], x / y)
    case("div", [i, j], i / j)
    case("floorDiv", [i, j], torch.div(i, j, rounding_mode="floor"))
    case("floorDiv", [x, y], torch.div(x, y, rounding_mode="floor"))
    case("mod", [i, j], i % j)
    case("mod", [x, y], x % y)
    case("pow", [pos, torch.tensor(1.7)], pos**1.7)
    case("pow", [i, torch.tensor(2, dtype=torch.int32)], i.float() ** 2)
    case("squaredDifference", [x, y], (x - y) ** 2)
    case("atan2", [x, y], torch.atan2(x, y))
    for op, f in dict(equal=torch.eq, notEqual=torch.ne, greater=torch.gt, greaterEqual=torch.ge, less=torch.lt, lessEqual=torch.le).items():
        case(op, [x, y], f(x, y))
        case(op, [i, j], f(i, j))
        case(op, [i, torch.tensor(0.5)], f(i, 0.5))
    for op, f in dict(logicalAnd=torch.logical_and, logicalOr=torch.logical_or, logicalXor=torch.logical_xor).items():
        case(op, [b, c], f(b, c))
    case("logicalNot", [c], ~c)
    keep = dict(abs=torch.abs, neg=torch.neg, sign=torch.sign, square=torch.square, relu=torch.relu)
    for op, f in keep.items():
        case(op, [x], f(x))
        case(op, [i], f(i))
    for op, f in dict(floor=torch.floor, ceil=torch.ceil, round=torch.round).items():
        case(op, [x * 3], f(x * 3))
    case("round", [torch.tensor([0.5, 1.5, 2.5, -0.5, -1.5])], torch.tensor([0.0, 2, 2, -0.0, -2]))
    for op, f in dict(exp=torch.exp, expm1=torch.expm1, sin=torch.sin, cos=torch.cos, tan=torch.tan, atan=torch.atan, sinh=torch.sinh,
                      cosh=torch.cosh, tanh=torch.tanh, erf=torch.erf, sigmoid=torch.sigmoid, softplus=F.softplus, silu=F.silu, elu=F.elu).items():
        case(op, [unit], f(unit))
        case(op, [x], f(x))
    case("exp", [i], i.float().exp())
    for op, f in dict(log=torch.log, log1p=torch.log1p, sqrt=torch.sqrt, rsqrt=torch.rsqrt, reciprocal=torch.reciprocal).items():
        case(op, [pos], f(pos))
    for op, f in dict(asin=torch.asin, acos=torch.acos).items():
        case(op, [unit], f(unit))
    case("leakyRelu", [x], F.leaky_relu(x, 0.2))
    case("leakyRelu", [x], F.leaky_relu(x, 0.05), alpha=0.05)
    case("gelu", [x], F.gelu(x, approximate="tanh"), approximate="tanh")
    case("gelu", [x], F.gelu(x), approximate="none")
    case("isNaN", [pos], torch.isnan(pos))
    case("clipByValue", [x], x.clamp(-0.5, 0.7), min=-0.5, max=0.7)
    case("clipByValue", [i], i.clamp(-2, 2), min=-2, max=2)
    case("clone", [x], x)
    case("detach", [x], x.detach())
    case("cast", [x * 4], (x * 4).int(), dtype="int32")
    case("cast", [i], i.float(), dtype="float32")
    case("cast", [i], i.bool(), dtype="bool")
    case("cast", [torch.tensor([0.0, 0.3, -2.0])], torch.tensor([False, True, True]), dtype="bool")
    case("cast", [b], b.int(), dtype="int32")
    case("where", [x > 0, x, y], torch.where(x > 0, x, y))
    case("where", [b, j, torch.tensor(7, dtype=torch.int32)], torch.where(b, j, torch.tensor(7, dtype=torch.int32)))


def reductions():
    x = torch.randn(2, 3, 4)
    i = torch.randint(-5, 6, (3, 4), dtype=torch.int32)
    b = torch.rand(2, 3) > 0.5
    for axis in (None, 0, -1, [0, 2]):
        a = {} if axis is None else {"axis": axis}
        d = tuple(range(3)) if axis is None else axis
        for keep in (False, True):
            k = {**a, **({"keepDims": True} if keep else {})}
            case("sum", [x], x.sum(d, keepdim=keep), **k)
            case("mean", [x], x.mean(d, keepdim=keep), **k)
            case("max", [x], x.amax(d, keepdim=keep), **k)
            case("min", [x], x.amin(d, keepdim=keep), **k)
            case("variance", [x], x.var(d, unbiased=False, keepdim=keep), **k)
            case("std", [x], x.std(d, unbiased=False, keepdim=keep), **k)
            case("logSumExp", [x], x.logsumexp(d, keepdim=keep), **k)
            case("norm", [x], torch.linalg.vector_norm(x, 2, d, keepdim=keep), **k)
            case("norm", [x], torch.linalg.vector_norm(x, 1, d, keepdim=keep), ord="1", **k)
            case("norm", [x], torch.linalg.vector_norm(x, math.inf, d, keepdim=keep), ord="inf", **k)
            case("norm", [x], torch.linalg.vector_norm(x, -math.inf, d, keepdim=keep), ord="-inf", **k)
    case("prod", [x], x.prod(1), axis=1)
    case("sum", [i], i.sum(0, dtype=torch.int32), axis=0)
    case("sum", [b], b.int().sum(1, dtype=torch.int32), axis=1)
    case("mean", [i], i.float().mean(1), axis=1)
    case("max", [i], i.amax(1), axis=1)
    case("any", [b], b.any(1), axis=1)
    case("all", [b], b.all(0), axis=0)
    case("argMax", [x], x.argmax(-1).int())
    case("argMax", [x], x.argmax(1).int(), axis=1)
    case("argMin", [x], x.argmin(0).int(), axis=0)
    case("argMax", [i], i.argmax(-1).int())
    for axis in (-1, 0, 1):
        case("softmax", [x], x.softmax(axis), axis=axis)
        case("logSoftmax", [x], x.log_softmax(axis), axis=axis)
    case("softmax", [x[0, 0]], x[0, 0].softmax(-1))
    case("cumsum", [x], x.cumsum(1), axis=1)
    case("cumsum", [x], x.cumsum(-1), axis=-1)
    case("cumsum", [x], x.cumsum(-2), axis=-2)
    case("cumsum", [i], i.cumsum(0, dtype=torch.int32), axis=0)
    case("cumsum", [x], x.flip(2).cumsum(2).flip(2), axis=2, reverse=True)
    case("cumsum", [x], x.cumsum(2) - x, axis=2, exclusive=True)
    big = torch.randn(2, 300)
    for n, t in ((3, x), (4, x), (7, big)):
        values, indices = t.topk(n)
        case("topk", [t], values, k=n, output="values")
        case("topk", [t], indices.int(), k=n, output="indices")


def linear():
    a, b = torch.randn(2, 3, 4), torch.randn(4, 5)
    case("matMul", [a, b], a @ b)
    case("matMul", [a, b.T.contiguous()], a @ b, transposeB=True)
    case("matMul", [a.transpose(1, 2).contiguous(), b], a @ b, transposeA=True)
    case("matMul", [a, a], a @ a.transpose(1, 2), transposeB=True)
    case("matMul", [a[0, 0], b], a[0, 0] @ b)
    case("matMul", [a, b[:, 0]], a @ b[:, 0])
    case("matMul", [b[:, 0], b[:, 1]], b[:, 0] @ b[:, 1])
    q = torch.randn(2, 2, 3, 4)
    case("matMul", [q, q], q @ q.transpose(2, 3), transposeB=True)
    case("matMul", [q, q[0, 0].T.contiguous()], q @ q[0, 0].T)
    case("dot", [b[:, 0], b[:, 1]], b[:, 0].dot(b[:, 1]))
    case("outerProduct", [b[:, 0], b[0]], torch.outer(b[:, 0], b[0]))
    case("einsum", [q, q], torch.einsum("bhqd,bhkd->bhqk", q, q), equation="bhqd,bhkd->bhqk")
    case("einsum", [a, b], torch.einsum("btc,cd->bd", a, b), equation="btc, cd -> bd")
    w, c = torch.randn(4), torch.randn(4)
    case("layerNorm", [a], F.layer_norm(a, (4,)))
    case("layerNorm", [a, w, c], F.layer_norm(a, (4,), w, c))
    case("layerNorm", [a, w], F.layer_norm(a, (4,), w, None, 1e-2), epsilon=1e-2)


def layout():
    x = torch.randn(2, 3, 4)
    i = torch.randint(0, 9, (2, 3), dtype=torch.int32)
    case("reshape", [x], x.reshape(6, 4), shape=[-1, 4])
    case("transpose", [x], x.permute(2, 1, 0))
    case("transpose", [x], x.permute(0, 2, 1), perm=[0, 2, -2])
    case("expandDims", [x], x.unsqueeze(-1), axis=-1)
    case("squeeze", [x[:1]], x[0])
    case("squeeze", [x[:1, :1]], x[0, :1], axis=0)
    case("broadcastTo", [x[:, :1]], x[:, :1].expand(5, 2, 3, 4), shape=[5, 2, 3, 4])
    case("tile", [i], i.repeat(2, 3), reps=[2, 3])
    case("pad", [x], F.pad(x, (1, 2, 0, 1), value=0.5), paddings=[0, 0, 0, 1, 1, 2], value=0.5)
    case("reverse", [x], x.flip(1), axis=1)
    case("reverse", [i], i.flip(0, 1))
    case("concat", [x, x[:, :1]], torch.cat([x, x[:, :1]], 1), axis=1)
    case("concat", [i, i.float()], torch.cat([i.float(), i.float()], 0))
    case("stack", [x, x * 2], torch.stack([x, x * 2], -1), axis=-1)
    case("gather", [x, torch.tensor([2, 0], dtype=torch.int32)], x[:, [2, 0]], axis=1)
    case("gather", [x, torch.tensor([[1, 0], [0, 0]], dtype=torch.int32)], x[torch.tensor([[1, 0], [0, 0]])])
    ids = torch.tensor([[3, 0, 1], [2, 2, 0]], dtype=torch.int32)
    case("takeAlongAxis", [x, ids], x.gather(2, ids.long().unsqueeze(-1)).squeeze(-1))
    case("oneHot", [ids], F.one_hot(ids.long(), 5).float(), depth=5)
    case("bandPart", [x], x.tril(), numLower=-1, numUpper=0)
    case("bandPart", [x], x.triu(-1).tril(1), numLower=1, numUpper=1)


def pythonic(term):
    """An index term in Python from its wire form."""
    if isinstance(term, dict):
        return slice(term["start"], term["stop"], term["step"])
    return Ellipsis if term == "..." else term


def S(start=None, stop=None, step=None):
    return {"start": start, "stop": stop, "step": step}


INDICES = [
    [0], [-1], [S()], [S(), -1], [S(1, 3)], [S(None, None, 2)], [S(), S(1, None, 2), S(None, -1)], ["...", 0], ["...", S(5, 7)], [0, "...", -2],
    [None, S(), None, 1], [S(), None], [[0, 2]], [S(), [0, 2]], [S(), [-1, 0, 0]], [S(), S(), [1, 3]], [S(), [0, 2], 3], [0, S(), [1, 2]],
    [S(), 1, [0, 2]], [[0, 1], [1, 2]], [S(), [0, 2], [1, 3]], [[0, 1], S(), [1, 3]], [[1, 0], "...", [2, 2]], [[0, 1], [1], [3, 0]],
    [S(None, 100)], [S(2, 1)], [S(-2, None)], ["..."], [0, 1, 2], [S(), S(), S(None, None, 3)], [[1]], [S(0, 1), [2]], [None, [1, 0], None],
    [[0, 1, 1], None, S(), [0, 1, 2]],
]


def indexing():
    cases = []
    for shape in ((3, 4, 5), (1, 3, 4), (2, 3, 4, 5)):
        x = torch.arange(math.prod(shape), dtype=torch.float32).reshape(shape) / 7
        for terms in INDICES:
            key = tuple(pythonic(t) for t in terms)
            try:
                out = x[key]
            except IndexError:
                continue
            entry = {"index": terms, "base": pack(x), "output": pack(out)}
            written = x.clone()
            distinct = all(not isinstance(t, list) or len(set(t)) == len(t) for t in terms)
            if out.numel() and distinct:
                value = torch.randn(out.shape)
                written[key] = value
                entry["value"] = pack(value)
                entry["written"] = pack(written)
            else:
                written[key] = 9.0
                entry["value"] = pack(torch.tensor(9.0))
                entry["written"] = pack(written)
            cases.append(entry)
    return cases


elementwise()
reductions()
linear()
layout()
(HERE / "ops.json").write_text(json.dumps(CASES))
(HERE / "indexing.json").write_text(json.dumps(indexing()))
print(len(CASES), "ops;", len(indexing()), "indices")
