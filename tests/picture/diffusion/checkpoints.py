"""Tiny checkpoints with random weights, one a pipeline class, written to disk as the real ones are.

The tokenizer is trained here, on a few sentences. Only the sizes differ from the models that the profiles name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from diffusers import (
    AutoencoderKLCogVideoX,
    AutoencoderKLHunyuanVideo15,
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    AutoencoderKLWan,
    ClassifierFreeGuidance,
    CogVideoXDDIMScheduler,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideo15Pipeline,
    HunyuanVideo15Transformer3DModel,
    LTX2ConditionPipeline,
    LTX2VideoTransformer3DModel,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from bookfilm.picture.tiny.codec import BlockCodec
from bookfilm.picture.tiny.denoiser import TinyDenoiser
from bookfilm.picture.tiny.export import build_pipeline
from bookfilm.picture.tiny.text import CaptionEncoder

SENTENCES = (
    "A wide shot of a harbour at dusk, under a darkening sky.",
    "A man with short hair, wearing a long coat, stands on the left.",
    "The camera moves slowly in. Cinematic live action, natural light.",
)
CHAT = "{% for turn in messages %}{{ turn['role'] }} {{ turn['content'] }} {% endfor %}"


def _tokenizer() -> transformers.PreTrainedTokenizerFast:
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    made.train_from_iterator(
        SENTENCES,
        trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>", show_progress=False),
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", chat_template=CHAT
    )


def _t5(kind: Any, config: Any, width: int = 32, vocabulary: int = 150) -> Any:
    return kind(config(vocab_size=vocabulary, d_model=width, d_kv=8, d_ff=37, num_layers=2, num_heads=4)).eval()


def _wan_vae(residual: bool = False) -> AutoencoderKLWan:
    if not residual:
        return AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
        )
    return AutoencoderKLWan(
        base_dim=3,
        decoder_base_dim=3,
        z_dim=48,
        dim_mult=[2, 2, 2, 2],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 48,
        latents_std=[1.0] * 48,
        is_residual=True,
        patch_size=2,
        in_channels=12,
        out_channels=12,
        scale_factor_spatial=16,
    )


def _wan_transformer(channels: int = 16, taken: int | None = None, **more: Any) -> WanTransformer3DModel:
    return WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=taken or channels,
        out_channels=channels,
        text_dim=32,
        freq_dim=256,
        ffn_dim=32,
        num_layers=3,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
        **more,
    )


def _wan_text() -> dict[str, Any]:
    encoder = _t5(transformers.UMT5EncoderModel, transformers.UMT5Config)
    scheduler = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    return {"tokenizer": _tokenizer(), "text_encoder": encoder, "scheduler": scheduler}


def _two_experts() -> Any:
    return WanPipeline(
        **_wan_text(),
        vae=_wan_vae(),
        transformer=_wan_transformer(),
        transformer_2=_wan_transformer(),
        boundary_ratio=0.875,
    )


def _text_or_image() -> Any:
    return WanPipeline(
        **_wan_text(), vae=_wan_vae(residual=True), transformer=_wan_transformer(48), expand_timesteps=True
    )


def _first_and_last() -> Any:
    vision = transformers.CLIPVisionConfig(
        hidden_size=4,
        projection_dim=4,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
        intermediate_size=16,
    )
    tokens = 2 * ((32 // 16) ** 2 + 1)
    return WanImageToVideoPipeline(
        **_wan_text(),
        vae=_wan_vae(),
        transformer=_wan_transformer(16, 36, image_dim=4, added_kv_proj_dim=24, pos_embed_seq_len=tokens),
        image_encoder=transformers.CLIPVisionModel(vision).eval(),
        image_processor=transformers.CLIPImageProcessor(crop_size=32, size=32),
    )


def _with_sound() -> Any:
    gemma = transformers.Gemma3ForConditionalGeneration(
        transformers.Gemma3Config(
            text_config={
                "vocab_size": 150,
                "hidden_size": 16,
                "intermediate_size": 32,
                "num_hidden_layers": 2,
                "num_attention_heads": 2,
                "num_key_value_heads": 1,
                "head_dim": 8,
                "sliding_window": 16,
            },
            vision_config={
                "hidden_size": 16,
                "intermediate_size": 32,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "image_size": 16,
                "patch_size": 8,
            },
            mm_tokens_per_image=4,
            boi_token_index=5,
            eoi_token_index=6,
            image_token_index=7,
        )
    ).eval()
    vae = AutoencoderKLLTX2Video(
        latent_channels=4, block_out_channels=(8, 16, 32, 64), decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1), decoder_layers_per_block=(1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, True), decoder_spatio_temporal_scaling=(True, True, True),
        patch_size=4, patch_size_t=1, spatial_compression_ratio=32, temporal_compression_ratio=8,
    )  # fmt: skip
    audio = AutoencoderKLLTX2Audio(
        base_channels=4, ch_mult=(1,), num_res_blocks=1, in_channels=2, resolution=32, latent_channels=2,
        mid_block_add_attention=False, mel_bins=8,
    )  # fmt: skip
    transformer = LTX2VideoTransformer3DModel(
        in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=8, cross_attention_dim=16,
        audio_in_channels=4, audio_out_channels=4, audio_num_attention_heads=2, audio_attention_head_dim=4,
        audio_cross_attention_dim=8, num_layers=2, caption_channels=16, rope_double_precision=False,
    )  # fmt: skip
    connectors = LTX2TextConnectors(
        caption_channels=16, text_proj_in_factor=3, video_connector_num_attention_heads=2,
        video_connector_attention_head_dim=8, video_connector_num_layers=1,
        video_connector_num_learnable_registers=None, audio_connector_num_attention_heads=2,
        audio_connector_attention_head_dim=8, audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None, rope_double_precision=False,
    )  # fmt: skip
    vocoder = LTX2Vocoder(
        in_channels=16, hidden_channels=32, out_channels=2, upsample_kernel_sizes=[4, 4], upsample_factors=[2, 2],
        resnet_kernel_sizes=[3], resnet_dilations=[[1, 3, 5]],
    )  # fmt: skip
    return LTX2ConditionPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=vae,
        audio_vae=audio,
        text_encoder=gemma,
        tokenizer=_tokenizer(),
        connectors=connectors,
        transformer=transformer,
        vocoder=vocoder,
    )


def _hunyuan() -> Any:
    qwen = transformers.Qwen2_5_VLTextModel(
        transformers.Qwen2_5_VLTextConfig(
            vocab_size=150, hidden_size=16, intermediate_size=16, num_hidden_layers=4, num_attention_heads=2,
            num_key_value_heads=2, rope_scaling={"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
        )
    ).eval()  # fmt: skip
    transformer = HunyuanVideo15Transformer3DModel(
        in_channels=9, out_channels=4, num_attention_heads=2, attention_head_dim=8, num_layers=2,
        num_refiner_layers=1, mlp_ratio=2.0, text_embed_dim=16, text_embed_2_dim=16, image_embed_dim=12,
        rope_axes_dim=(2, 2, 4), target_size=16, task_type="t2v",
    )  # fmt: skip
    vae = AutoencoderKLHunyuanVideo15(
        latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, spatial_compression_ratio=8,
        temporal_compression_ratio=4, downsample_match_channel=False, upsample_match_channel=False,
    )  # fmt: skip
    return HunyuanVideo15Pipeline(
        text_encoder=qwen,
        tokenizer=_tokenizer(),
        transformer=transformer,
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=_t5(transformers.T5EncoderModel, transformers.T5Config, 16, 400),
        tokenizer_2=transformers.ByT5Tokenizer(),
        guider=ClassifierFreeGuidance(guidance_scale=6.0),
    )


def _cogvideo() -> Any:
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=16, in_channels=4, out_channels=4, time_embed_dim=2,
        text_embed_dim=32, num_layers=2, sample_width=4, sample_height=4, sample_frames=17, patch_size=2,
        patch_size_t=2, temporal_compression_ratio=4, max_text_seq_length=226, use_rotary_positional_embeddings=True,
        patch_bias=False,
    )  # fmt: skip
    vae = AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2,
        temporal_compression_ratio=4,
    )  # fmt: skip
    return CogVideoXPipeline(
        tokenizer=_tokenizer(),
        text_encoder=_t5(transformers.T5EncoderModel, transformers.T5Config),
        vae=vae,
        transformer=transformer,
        scheduler=CogVideoXDDIMScheduler(),
    )


def _of_our_own() -> Any:
    text, denoiser = CaptionEncoder(width=16), TinyDenoiser(channels=8, width=16, layers=3, heads=2)
    codec = BlockCodec(channels=8)
    codec.fit(torch.rand(4, 8, 56, 96, 3))
    torch.nn.init.normal_(denoiser.clip.weight)
    for block in denoiser.blocks:
        torch.nn.init.normal_(block.told.weight, std=0.3)
    return build_pipeline(text, denoiser, codec)


MAKERS: dict[str, Callable[[], Any]] = {
    "wan2.2-t2v-a14b": _two_experts,
    "wan2.2-ti2v-5b": _text_or_image,
    "wan2.1-flf2v-14b": _first_and_last,
    "ltx-2": _with_sound,
    "hunyuanvideo-1.5": _hunyuan,
    "cogvideox1.5-5b": _cogvideo,
    "tiny": _of_our_own,
}


def small(profile: str, folder: Path, **more: Any) -> dict[str, Any]:
    """Return the engine's settings for `profile` with the checkpoint in `folder`: small, short, few steps."""
    size = {"wan2.2-ti2v-5b": "64x32", "ltx-2": "64x64", "tiny": "96x56"}.get(profile, "32x16")
    call = {"spatio_temporal_guidance_blocks": [1]} if profile == "ltx-2" else {}
    settings = {"profile": profile, "model": str(folder), "size": size, "most_frames": 17, "steps": 3}
    return settings | {"dtype": "float32", "device": "cpu", "threads": 1, "call": call} | more


def write_checkpoint(profile: str, folder: Path) -> Path:
    """Write a checkpoint for `profile` into `folder` and return it."""
    torch.manual_seed(3)
    with torch.no_grad():
        pipe = MAKERS[profile]()
    pipe.save_pretrained(folder)
    return folder
