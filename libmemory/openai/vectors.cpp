#include "openai/vectors.hpp"

#include "openai/service.hpp"

#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <optional>

namespace loci::openai {
namespace {

namespace json = boost::json;
using Vector = std::vector<float>;

static_assert(std::endian::native == std::endian::little, "base64 holds little-endian numbers");

int value_of_base64(char letter) {
    if (letter >= 'A' && letter <= 'Z') {
        return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
        return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
        return letter - '0' + 52;
    }
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

std::optional<std::string> from_base64(std::string_view text) {
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (auto const letter : text) {
        auto const value = value_of_base64(letter);
        if (value < 0) {
            return std::nullopt;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>((bits >> held) & 0xFFu);
        }
    }
    return bytes;
}

std::optional<Vector> from_text(std::string_view text) {
    auto const bytes = from_base64(text);
    if (!bytes || bytes->size() % sizeof(float) != 0) {
        return std::nullopt;
    }
    Vector vector(bytes->size() / sizeof(float));
    if (!vector.empty()) {
        std::memcpy(vector.data(), bytes->data(), bytes->size());
    }
    return vector;
}

std::optional<Vector> from_numbers(json::array const& numbers) {
    Vector vector;
    vector.reserve(numbers.size());
    for (auto const& number : numbers) {
        if (!number.is_number()) {
            return std::nullopt;
        }
        vector.push_back(number.to_number<float>());
    }
    return vector;
}

/// Of length 1, or empty; nullopt where a number is not finite.
std::optional<Vector> normalised(Vector vector) {
    double squares = 0;
    for (auto const value : vector) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    if (!std::isfinite(squares)) {
        return std::nullopt;
    }
    auto const length = std::sqrt(squares);
    if (length == 0) {
        return Vector{};
    }
    for (auto& value : vector) {
        value = static_cast<float>(static_cast<double>(value) / length);
    }
    return vector;
}

std::optional<Vector> read_vector(json::object const& entry) {
    auto const* const embedding = entry.if_contains("embedding");
    if (embedding == nullptr) {
        return std::nullopt;
    }
    if (embedding->is_string()) {
        return from_text(std::string_view{embedding->get_string()});
    }
    return embedding->is_array() ? from_numbers(embedding->get_array()) : std::nullopt;
}

/// The place of an entry that does not say it is the one where it stands.
std::optional<std::size_t> place_of(json::object const& entry, std::size_t stands_at) {
    auto const* const index = entry.if_contains("index");
    if (index == nullptr || index->is_null()) {
        return stands_at;
    }
    if (!index->is_int64() || index->get_int64() < 0) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(index->get_int64());
}

} // namespace

Result<std::vector<Vector>> read_vectors(std::string_view answer, std::size_t count) {
    json::error_code failed;
    auto const parsed = json::parse({answer.data(), answer.size()}, failed);
    auto const* const body = failed ? nullptr : parsed.if_object();
    auto const* const data = body != nullptr ? body->if_contains("data") : nullptr;
    if (data == nullptr || !data->is_array()) {
        return Service::faulty("no JSON object with a list `data`");
    }
    auto const& entries = data->get_array();
    if (entries.size() != count) {
        return Service::faulty(fmt::format("{} vectors for {} texts", entries.size(), count));
    }
    std::vector<std::optional<Vector>> found(count);
    std::size_t dimension = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const* const entry = entries[i].if_object();
        auto const place = entry != nullptr ? place_of(*entry, i) : std::nullopt;
        if (!place || *place >= count || found[*place]) {
            return Service::faulty("an `index` that is missing, beyond the texts, or there twice");
        }
        auto vector = read_vector(*entry);
        if (!vector || vector->empty()) {
            return Service::faulty("an `embedding` that is neither numbers nor base64 of them");
        }
        if (dimension != 0 && vector->size() != dimension) {
            return Service::faulty("vectors of different lengths");
        }
        dimension = vector->size();
        found[*place] = normalised(std::move(*vector));
        if (!found[*place]) {
            return Service::faulty("a number that is not finite");
        }
    }
    std::vector<Vector> vectors;
    vectors.reserve(count);
    for (auto& vector : found) {
        vectors.push_back(std::move(*vector));
    }
    return vectors;
}

} // namespace loci::openai
