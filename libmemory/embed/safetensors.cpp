// file   = length:u64 header data
// header = JSON object in `length` bytes, white space at its end allowed:
//          name -> {"dtype", "shape", "data_offsets": [begin, end]}; "__metadata__" says nothing
//          here
// data   = bytes; offsets count from its first one
//
// Little-endian, read in place; a number may lie at any address.

#include "embed/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json.hpp>
#include <cstring>
#include <loci/base/json_object.hpp>
#include <optional>
#include <utility>

namespace loci::embed {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are read in place");

constexpr std::uint64_t longest_header = 100'000'000;
constexpr std::string_view metadata_name = "__metadata__";

struct KnownType {
    std::string_view name;
    NumberType type;
    std::uint64_t size;
};

constexpr std::array known_types{
    KnownType{"F32", NumberType::f32, 4},       KnownType{"F16", NumberType::f16, 2},
    KnownType{"BF16", NumberType::bf16, 2},     KnownType{"F64", NumberType::f64, 8},
    KnownType{"I8", NumberType::i8, 1},         KnownType{"I32", NumberType::i32, 4},
    KnownType{"I64", NumberType::i64, 8},       KnownType{"U8", NumberType::other, 1},
    KnownType{"I16", NumberType::other, 2},     KnownType{"U16", NumberType::other, 2},
    KnownType{"U32", NumberType::other, 4},     KnownType{"U64", NumberType::other, 8},
    KnownType{"BOOL", NumberType::other, 1},    KnownType{"F8_E4M3", NumberType::other, 1},
    KnownType{"F8_E5M2", NumberType::other, 1},
};

Error corrupt(std::string what) {
    return {ErrorKind::corrupt, "MODEL_CORRUPT",
            "The safetensors file is damaged: " + std::move(what)};
}

template <class T>
T load(std::span<std::byte const> bytes, std::size_t index) noexcept {
    T value{};
    std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
    return value;
}

float from_half(std::uint16_t bits) noexcept {
    auto const sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
    auto const exponent = (bits >> 10) & 0x1Fu;
    auto const fraction = static_cast<std::uint32_t>(bits & 0x3FFu);
    if (exponent == 0) { // zero, or fraction * 2^-24
        auto const size = static_cast<float>(fraction) * 0x1p-24F;
        return sign == 0 ? size : -size;
    }
    auto const wide = exponent == 0x1F ? 0xFFu : static_cast<std::uint32_t>(exponent) + (127 - 15);
    return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

float from_brain(std::uint16_t bits) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Nullopt: not a whole number of at least 0.
std::optional<std::uint64_t> whole(boost::json::value const& value) {
    if (value.is_uint64()) {
        return value.get_uint64();
    }
    if (value.is_int64() && value.get_int64() >= 0) {
        return static_cast<std::uint64_t>(value.get_int64());
    }
    return std::nullopt;
}

std::optional<std::vector<std::uint64_t>> whole_numbers(boost::json::value const* value) {
    if (value == nullptr || !value->is_array()) {
        return std::nullopt;
    }
    std::vector<std::uint64_t> numbers;
    for (auto const& one : value->get_array()) {
        auto const number = whole(one);
        if (!number) {
            return std::nullopt;
        }
        numbers.push_back(*number);
    }
    return numbers;
}

std::optional<std::uint64_t> byte_size(std::vector<std::uint64_t> const& shape,
                                       std::uint64_t element) {
    auto size = element;
    for (auto const extent : shape) {
        if (__builtin_mul_overflow(size, extent, &size)) {
            return std::nullopt;
        }
    }
    return size;
}

Result<Tensor> read_tensor(boost::json::value const& entry, std::span<std::byte const> data) {
    if (!entry.is_object()) {
        return corrupt("a tensor is not described by an object");
    }
    auto const& fields = entry.get_object();
    auto const* const dtype = fields.if_contains("dtype");
    if (dtype == nullptr || !dtype->is_string()) {
        return corrupt("a tensor has no dtype");
    }
    std::string_view const name{dtype->get_string()};
    auto const* const known = std::find_if(known_types.begin(), known_types.end(),
                                           [&](KnownType const& one) { return one.name == name; });
    if (known == known_types.end()) {
        return corrupt("a tensor has an unknown dtype");
    }
    auto shape = whole_numbers(fields.if_contains("shape"));
    auto const offsets = whole_numbers(fields.if_contains("data_offsets"));
    if (!shape || !offsets || offsets->size() != 2) {
        return corrupt("a tensor has a faulty shape or data_offsets");
    }
    auto const begin = offsets->front();
    auto const end = offsets->back();
    if (begin > end || end > data.size()) {
        return corrupt("a tensor lies outside the data");
    }
    if (byte_size(*shape, known->size) != end - begin) {
        return corrupt("a tensor's data does not fit its shape");
    }
    return Tensor{known->type, std::move(*shape), data.subspan(begin, end - begin)};
}

bool overlap(std::map<std::string, Tensor, std::less<>> const& tensors) {
    std::vector<std::span<std::byte const>> ranges;
    for (auto const& [name, tensor] : tensors) {
        if (!tensor.bytes.empty()) {
            ranges.push_back(tensor.bytes);
        }
    }
    std::sort(ranges.begin(), ranges.end(),
              [](auto const& left, auto const& right) { return left.data() < right.data(); });
    for (std::size_t i = 1; i < ranges.size(); ++i) {
        if (ranges[i - 1].data() + ranges[i - 1].size() > ranges[i].data()) {
            return true;
        }
    }
    return false;
}

} // namespace

bool Tensor::is_real() const noexcept {
    return type == NumberType::f32 || type == NumberType::f16 || type == NumberType::bf16 ||
           type == NumberType::f64 || type == NumberType::i8;
}

bool Tensor::is_integer() const noexcept {
    return type == NumberType::i8 || type == NumberType::i32 || type == NumberType::i64;
}

void Tensor::real(std::size_t first, std::span<float> into) const noexcept {
    if (type == NumberType::f32) {
        std::memcpy(into.data(), bytes.data() + first * sizeof(float), into.size_bytes());
        return;
    }
    for (std::size_t i = 0; i < into.size(); ++i) {
        auto const at = first + i;
        switch (type) {
        case NumberType::f16:
            into[i] = from_half(load<std::uint16_t>(bytes, at));
            break;
        case NumberType::bf16:
            into[i] = from_brain(load<std::uint16_t>(bytes, at));
            break;
        case NumberType::f64:
            into[i] = static_cast<float>(load<double>(bytes, at));
            break;
        case NumberType::i8:
            into[i] = static_cast<float>(load<std::int8_t>(bytes, at));
            break;
        default:
            into[i] = 0;
            break;
        }
    }
}

std::int64_t Tensor::integer(std::size_t index) const noexcept {
    switch (type) {
    case NumberType::i8:
        return load<std::int8_t>(bytes, index);
    case NumberType::i32:
        return load<std::int32_t>(bytes, index);
    default:
        return load<std::int64_t>(bytes, index);
    }
}

Result<Safetensors> Safetensors::parse(std::span<std::byte const> file) {
    constexpr std::size_t length_bytes = sizeof(std::uint64_t);
    if (file.size() < length_bytes) {
        return corrupt("it is too short");
    }
    auto const length = load<std::uint64_t>(file, 0);
    if (length > file.size() - length_bytes || length > longest_header) {
        return corrupt("its header is longer than allowed");
    }
    auto const header = file.subspan(length_bytes, length);
    std::string_view const text{reinterpret_cast<char const*>(header.data()), header.size()};
    auto const checked = JsonObject::parse(text); // names each once, no deep nesting
    if (!checked) {
        return corrupt("its header " + checked.error().message);
    }
    boost::json::error_code failed;
    auto const parsed = boost::json::parse(checked->text(), failed);
    if (failed || !parsed.is_object()) {
        return corrupt("its header is not JSON");
    }
    Safetensors result;
    auto const data = file.subspan(length_bytes + length);
    for (auto const& [key, entry] : parsed.get_object()) {
        std::string_view const name{key.data(), key.size()};
        if (name == metadata_name) {
            continue;
        }
        auto tensor = read_tensor(entry, data);
        if (!tensor) {
            return tensor.error();
        }
        result.tensors_.emplace(name, std::move(*tensor));
    }
    if (overlap(result.tensors_)) {
        return corrupt("its tensors overlap");
    }
    return result;
}

Tensor const* Safetensors::find(std::string_view name) const noexcept {
    auto const found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : &found->second;
}

} // namespace loci::embed
