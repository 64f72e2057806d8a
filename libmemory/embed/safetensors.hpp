#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/result.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::embed {

/// Of a tensor's elements; `other` is known to the format and not read here.
enum class NumberType : std::uint8_t { i8, i32, i64, f16, bf16, f32, f64, other };

/// A tensor within the bytes of its file, row-major and little-endian.
struct Tensor {
    NumberType type = NumberType::other;
    std::vector<std::uint64_t> shape;
    std::span<std::byte const> bytes;

    bool is_real() const noexcept; ///< `real` may be called; 8-bit integers are reals of any scale
    bool is_integer() const noexcept; ///< `integer` may be called

    /// The elements from `first` on.
    void real(std::size_t first, std::span<float> into) const noexcept;
    std::int64_t integer(std::size_t index) const noexcept;
};

/// The tensors of a safetensors file. Lifetime: the bytes must outlive it.
///
/// Threads: const functions may be called at once.
class Safetensors {
public:
    /// Takes any bytes for hostile. Errors: `corrupt` (`MODEL_CORRUPT`).
    static Result<Safetensors> parse(std::span<std::byte const> file);

    /// Null: there is none of this name.
    Tensor const* find(std::string_view name) const noexcept;

    std::map<std::string, Tensor, std::less<>> const& tensors() const noexcept { return tensors_; }

private:
    std::map<std::string, Tensor, std::less<>> tensors_;
};

} // namespace loci::embed
