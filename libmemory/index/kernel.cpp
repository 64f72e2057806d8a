#include "index/kernel.hpp"

#include <bit>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace loci::index {
namespace {

constexpr std::uint32_t sign_bit = 0x8000;
constexpr std::uint32_t infinity = 0x7c00;

// The bits of a half float, moved to where a float has exponent and mantissa, are a number that is
// 2^112 times too small; subnormal ones included.
float decode_one(Half half) noexcept {
    constexpr float scale = 0x1p112F;
    auto const magnitude = static_cast<std::uint32_t>(half & 0x7fff) << 13;
    auto const value = (half & 0x7fff) >= infinity ? std::bit_cast<float>(magnitude | 0x7f800000U)
                                                   : std::bit_cast<float>(magnitude) * scale;
    return (half & sign_bit) != 0 ? -value : value;
}

// Small numbers are rounded by adding a number whose last bit is the last one of a subnormal half;
// others by adding to the bits just below those that stay, and one more if the last of these is 1.
Half encode_one(float number) noexcept {
    constexpr std::uint32_t smallest_normal = 113U << 23;
    constexpr std::uint32_t too_large = 143U << 23;
    constexpr float last_bits = 0.5F;
    auto const bits = std::bit_cast<std::uint32_t>(number);
    auto const sign = (bits >> 16) & sign_bit;
    auto const magnitude = bits & 0x7fffffffU;
    if (magnitude > 0x7f800000U) {
        return static_cast<Half>(sign | infinity | 0x200U);
    }
    if (magnitude >= too_large) {
        return static_cast<Half>(sign | infinity);
    }
    if (magnitude < smallest_normal) {
        auto const rounded = std::bit_cast<float>(magnitude) + last_bits;
        return static_cast<Half>(sign | (std::bit_cast<std::uint32_t>(rounded) -
                                         std::bit_cast<std::uint32_t>(last_bits)));
    }
    auto const odd = (magnitude >> 13) & 1;
    return static_cast<Half>(sign | ((magnitude - (112U << 23) + 0xfffU + odd) >> 13));
}

void encode_baseline(float const* numbers, Half* code, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
        code[i] = encode_one(numbers[i]);
    }
}

void decode_baseline(Half const* code, float* numbers, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
        numbers[i] = decode_one(code[i]);
    }
}

// Eight sums keep the order of additions fixed and let the compiler use 128-bit registers.
float product_baseline(float const* question, Half const* code, std::size_t count) noexcept {
    float sums[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            sums[lane] += question[i + lane] * decode_one(code[i + lane]);
        }
    }
    float sum = 0;
    for (float const part : sums) {
        sum += part;
    }
    for (; i < count; ++i) {
        sum += question[i] * decode_one(code[i]);
    }
    return sum;
}

#if defined(__x86_64__)

__m128i const* as_vector(Half const* code) noexcept {
    return reinterpret_cast<__m128i const*>(code);
}

// Under a mask, because g++ 12 takes the plain form to read an uninitialized register.
[[gnu::target("avx512f")]] inline __m512 decode_wide(Half const* code) noexcept {
    return _mm512_maskz_cvtph_ps(0xffff,
                                 _mm256_loadu_si256(reinterpret_cast<__m256i const*>(code)));
}

[[gnu::target("avx2,fma,f16c")]] void encode_avx2(float const* numbers, Half* code,
                                                  std::size_t count) noexcept {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(code + i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(numbers + i), _MM_FROUND_TO_NEAREST_INT));
    }
    encode_baseline(numbers + i, code + i, count - i);
}

[[gnu::target("avx2,fma,f16c")]] void decode_avx2(Half const* code, float* numbers,
                                                  std::size_t count) noexcept {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        _mm256_storeu_ps(numbers + i, _mm256_cvtph_ps(_mm_loadu_si128(as_vector(code + i))));
    }
    decode_baseline(code + i, numbers + i, count - i);
}

[[gnu::target("avx2,fma,f16c")]] float product_avx2(float const* question, Half const* code,
                                                    std::size_t count) noexcept {
    __m256 even = _mm256_setzero_ps();
    __m256 odd = _mm256_setzero_ps();
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        even = _mm256_fmadd_ps(_mm256_loadu_ps(question + i),
                               _mm256_cvtph_ps(_mm_loadu_si128(as_vector(code + i))), even);
        odd = _mm256_fmadd_ps(_mm256_loadu_ps(question + i + 8),
                              _mm256_cvtph_ps(_mm_loadu_si128(as_vector(code + i + 8))), odd);
    }
    __m256 const both = _mm256_add_ps(even, odd);
    __m128 const half = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
    __m128 const quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
    float sum = _mm_cvtss_f32(_mm_add_ss(quarter, _mm_shuffle_ps(quarter, quarter, 1)));
    for (; i < count; ++i) {
        sum += question[i] * decode_one(code[i]);
    }
    return sum;
}

[[gnu::target("avx512f,f16c")]] float product_avx512(float const* question, Half const* code,
                                                     std::size_t count) noexcept {
    __m512 even = _mm512_setzero_ps();
    __m512 odd = _mm512_setzero_ps();
    std::size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        even = _mm512_fmadd_ps(_mm512_loadu_ps(question + i), decode_wide(code + i), even);
        odd = _mm512_fmadd_ps(_mm512_loadu_ps(question + i + 16), decode_wide(code + i + 16), odd);
    }
    alignas(64) float lanes[16];
    _mm512_store_ps(lanes, _mm512_add_ps(even, odd));
    for (std::size_t width = 8; width > 0; width /= 2) {
        for (std::size_t lane = 0; lane < width; ++lane) {
            lanes[lane] += lanes[lane + width];
        }
    }
    float sum = lanes[0];
    for (; i < count; ++i) {
        sum += question[i] * decode_one(code[i]);
    }
    return sum;
}

bool has_f16c() noexcept {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

#endif

constexpr Kernel baseline{&encode_baseline, &decode_baseline, &product_baseline};

#if defined(__x86_64__)
constexpr Kernel avx2{&encode_avx2, &decode_avx2, &product_avx2};
constexpr Kernel avx512{&encode_avx2, &decode_avx2, &product_avx512};
#endif

} // namespace

Instructions best_instructions() noexcept {
#if defined(__x86_64__)
    if (has_f16c() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return __builtin_cpu_supports("avx512f") ? Instructions::avx512 : Instructions::avx2;
    }
#endif
    return Instructions::baseline;
}

Kernel const& kernel(Instructions instructions) noexcept {
#if defined(__x86_64__)
    if (instructions == Instructions::avx512) {
        return avx512;
    }
    if (instructions == Instructions::avx2) {
        return avx2;
    }
#endif
    static_cast<void>(instructions);
    return baseline;
}

} // namespace loci::index
