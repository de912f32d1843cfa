"""What a training step minimises: smoothed cross-entropy, and attention that follows alignments."""

from typing import Any

import torch

from scripts.training.batches import IGNORED, Batch

CPU_ROWS = 256  # rows of logits that fit a CPU's cache
GPU_ROWS = 16_384
RAREST = 1e-30  # a chance below this is taken for this, so that its logarithm stays finite
FLOOR = 1e-6  # the same for attention, whose smallest values mean nothing


class SmoothedCrossEntropy(torch.autograd.Function):
    """Mean label-smoothed cross-entropy of hidden rows (N, d) against an output matrix (V, d).

    Works through blocks of rows and makes the gradient on the way, so that the float32 logits of
    the whole batch never exist. Label smoothing: Szegedy et al. 2016, "Rethinking the Inception
    Architecture", section 7: the smoothed mass s is spread over the whole vocabulary, so that

        loss = log sum exp z - (1 - s) z[t] - s mean z = -log p[t] + s (z[t] - mean z)
        slope = p - (1 - s) onehot(t) - s / V

    where z are the logits, p their softmax and t the target. The last term of the slope is the same
    for all logits: it is added to the gradients as a whole instead of to each of N V slopes.
    """

    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        output: torch.Tensor,
        target: torch.Tensor,
        smoothing: float,
    ) -> torch.Tensor:
        """Compute the loss, and keep the gradients for `backward`."""
        rows = CPU_ROWS if hidden.device.type == "cpu" else GPU_ROWS
        slopes = hidden.new_empty(len(hidden), len(output))
        middle = output.float().mean(0)
        loss = smoothing * -(hidden.float() @ middle).sum()
        for start in range(0, len(hidden), rows):
            block = slice(start, start + rows)
            logits = (hidden[block] @ output.t()).float()
            right = target[block, None]
            chances = logits.softmax(1)
            surprise = -chances.gather(1, right).clamp(min=RAREST).log()
            loss += (surprise + smoothing * logits.gather(1, right)).sum()
            chances.scatter_add_(1, right, torch.full_like(surprise, smoothing - 1))
            slopes[block] = chances
        if any(ctx.needs_input_grad):
            to_hidden = slopes @ output - (smoothing * middle).to(hidden.dtype)
            to_output = slopes.t() @ hidden - hidden.sum(0) * (smoothing / len(output))
            ctx.save_for_backward(to_hidden / len(hidden), to_output / len(hidden))
        return loss / len(hidden)

    @staticmethod
    def backward(ctx: Any, *slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        """Scale the gradients made on the way."""
        hidden, output = ctx.saved_tensors
        return slope[0].to(hidden.dtype) * hidden, slope[0].to(output.dtype) * output, None, None


def cross_entropy(
    hidden: torch.Tensor, output: torch.Tensor, target: torch.Tensor, smoothing: float = 0.0
) -> torch.Tensor:
    """Mean smoothed cross-entropy in nats of (N, d) rows against (V, d), a scalar."""
    loss: torch.Tensor = SmoothedCrossEntropy.apply(  # type: ignore[no-untyped-call]
        hidden, output, target, smoothing
    )
    return loss


def guidance(attention: torch.Tensor, links: torch.Tensor) -> torch.Tensor:
    """Mean negative log-attention (B, T, S) from linked target tokens to their source tokens.

    Guided alignment: Chen et al. 2016, "Guided Alignment Training for Topic-Aware Neural Machine
    Translation". Zero where nothing is linked.
    """
    linked = links >= 0
    if not bool(linked.any()):
        return attention.sum() * 0.0
    chosen = attention.float().gather(2, links.clamp(min=0)[..., None]).squeeze(2)[linked]
    return -chosen.clamp(min=FLOOR).log().mean()


def batch_loss(
    model: Any, batch: Batch, *, smoothing: float = 0.0, guide: float = 0.0
) -> torch.Tensor:
    """Loss of a Marian model on a batch; the guided head is the first of the last layer."""
    guided = guide > 0 and batch.links is not None
    answer = model.model(
        input_ids=batch.source,
        attention_mask=(batch.source != model.config.pad_token_id).long(),
        decoder_input_ids=batch.read,
        output_attentions=guided,
    )
    kept = batch.target != IGNORED
    loss = cross_entropy(
        answer.last_hidden_state[kept], model.model.shared.weight, batch.target[kept], smoothing
    )
    if not guided or batch.links is None:
        return loss
    return loss + guide * guidance(answer.cross_attentions[-1][:, 0], batch.links)
