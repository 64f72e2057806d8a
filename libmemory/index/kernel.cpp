#include "index/kernel.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace loci::index {
namespace {

// Eight sums keep the order of additions fixed and let the compiler use 128-bit registers.
float product_baseline(float const* left, float const* right, std::size_t count) noexcept {
    float sums[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            sums[lane] += left[i + lane] * right[i + lane];
        }
    }
    float sum = 0;
    for (float const part : sums) {
        sum += part;
    }
    for (; i < count; ++i) {
        sum += left[i] * right[i];
    }
    return sum;
}

#if defined(__x86_64__)

[[gnu::target("avx2,fma")]] float product_avx2(float const* left, float const* right,
                                               std::size_t count) noexcept {
    __m256 even = _mm256_setzero_ps();
    __m256 odd = _mm256_setzero_ps();
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        even = _mm256_fmadd_ps(_mm256_loadu_ps(left + i), _mm256_loadu_ps(right + i), even);
        odd = _mm256_fmadd_ps(_mm256_loadu_ps(left + i + 8), _mm256_loadu_ps(right + i + 8), odd);
    }
    __m256 const both = _mm256_add_ps(even, odd);
    __m128 const half = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
    __m128 const quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
    float sum = _mm_cvtss_f32(_mm_add_ss(quarter, _mm_shuffle_ps(quarter, quarter, 1)));
    for (; i < count; ++i) {
        sum += left[i] * right[i];
    }
    return sum;
}

[[gnu::target("avx512f")]] float product_avx512(float const* left, float const* right,
                                                std::size_t count) noexcept {
    __m512 even = _mm512_setzero_ps();
    __m512 odd = _mm512_setzero_ps();
    std::size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        even = _mm512_fmadd_ps(_mm512_loadu_ps(left + i), _mm512_loadu_ps(right + i), even);
        odd = _mm512_fmadd_ps(_mm512_loadu_ps(left + i + 16), _mm512_loadu_ps(right + i + 16), odd);
    }
    for (; i < count; i += 16) {
        auto const rest = count - i;
        auto const mask = static_cast<__mmask16>(rest >= 16 ? 0xffffu : (1u << rest) - 1u);
        even = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, left + i),
                               _mm512_maskz_loadu_ps(mask, right + i), even);
    }
    alignas(64) float lanes[16];
    _mm512_store_ps(lanes, _mm512_add_ps(even, odd));
    float sum = 0;
    for (float const lane : lanes) {
        sum += lane;
    }
    return sum;
}

#endif

} // namespace

Instructions best_instructions() noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return Instructions::avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return Instructions::avx2;
    }
#endif
    return Instructions::baseline;
}

InnerProduct inner_product(Instructions instructions) noexcept {
#if defined(__x86_64__)
    if (instructions == Instructions::avx512) {
        return &product_avx512;
    }
    if (instructions == Instructions::avx2) {
        return &product_avx2;
    }
#endif
    static_cast<void>(instructions);
    return &product_baseline;
}

} // namespace loci::index
