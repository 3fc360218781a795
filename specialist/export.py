"""Exports a network to ONNX with int8 weights: small enough to ship, and quick on a plain processor."""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn

from specialist.folder import BLOCK, ONNX_FILE
from specialist.network import Network

# onnxruntime's name for multiplying in int8; its lower levels are exacter and slower.
_INT8_COMPUTE = 4


class _Probabilities(nn.Module):
    """The network with each head's logits side by side, as one output of shape (n, labels of all heads)."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return torch.cat(self.network(input_ids, attention_mask), dim=1)


def export_onnx(network: Network, path: Path) -> None:
    """Write a network as ONNX in fp32.

    Inputs `input_ids` and `attention_mask`, int64 of shape (n, tokens); output `logits`, float32 of shape
    (n, labels of all heads in the codebooks' order).
    """
    ids = torch.ones((2, 8), dtype=torch.int64)
    # With a mask of ones alone, transformers would leave masking out of what is exported.
    mask = torch.tensor([[1] * 8, [1] * 5 + [0] * 3])
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    shape = {0: batch, 1: tokens}
    _quiet()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program: Any = torch.onnx.export(
            _Probabilities(network).eval(),
            (ids, mask),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes={"input_ids": shape, "attention_mask": shape},
            dynamo=True,
            verbose=False,
        )
    program.save(path)


def quantize(source: Path, target: Path) -> None:
    """Write an ONNX model with int8 weights: matrices scaled by blocks of 64, the embedding table as a whole.

    Activations are scaled by block as well as the model runs, so that a text's answer does not depend on the texts
    beside it in a batch, as it would with one scale for a whole batch.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
    from onnxruntime.quantization.shape_inference import quant_pre_process

    _quiet()
    with tempfile.TemporaryDirectory() as folder:
        prepared, embedded = Path(folder) / "prepared.onnx", Path(folder) / "embedded.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_dynamic(prepared, embedded, op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8)
        quantizer = MatMulNBitsQuantizer(
            onnx.load(embedded), bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=_INT8_COMPUTE
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(target), use_external_data_format=False)


def _quiet() -> None:
    """Keep the exporters from telling of each node."""
    for name, level in {
        "torch.onnx": logging.ERROR,
        "onnx_ir": logging.WARNING,
        "onnxscript": logging.WARNING,
        "onnxruntime.quantization": logging.WARNING,
    }.items():
        logging.getLogger(name).setLevel(level)


def export_int8(network: Network, folder: Path) -> Path:
    """Write `model.onnx` with int8 weights into a folder; return its path."""
    with tempfile.TemporaryDirectory() as temporary:
        full = Path(temporary) / "full.onnx"
        export_onnx(network, full)
        quantize(full, folder / ONNX_FILE)
    return folder / ONNX_FILE
