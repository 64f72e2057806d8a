#include <loci/base/ids.hpp>

#include <algorithm>
#include <cstring>
#include <span>

namespace loci {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t ulid_length = 26;

bool has_hyphen_before(std::size_t byte) noexcept {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

char lower(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

char upper(char letter) noexcept {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

/// Crockford reads I and L as 1 and O as 0, because people confuse them.
std::optional<unsigned> crockford_value(char letter) noexcept {
    auto const capital = upper(letter);
    if (capital == 'I' || capital == 'L') {
        return 1u;
    }
    if (capital == 'O') {
        return 0u;
    }
    auto const found = crockford.find(capital);
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    return static_cast<unsigned>(found);
}

std::optional<unsigned> hexadecimal_value(char letter) noexcept {
    auto const found = hexadecimal.find(lower(letter));
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    return static_cast<unsigned>(found);
}

void stamp_version(Uuid& id, unsigned version) noexcept {
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0Fu) | (version << 4u));
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3Fu) | 0x80u);
}

class StandardIdSource final : public IdSource {
public:
    StandardIdSource(Clock const& clock, Random& random) noexcept
        : clock_(clock)
        , random_(random) {}

    Uuid random() override {
        Uuid id;
        random_.fill(std::as_writable_bytes(std::span{id.bytes}));
        stamp_version(id, 4);
        return id;
    }

    Uuid time_ordered() override {
        Uuid id;
        random_.fill(std::as_writable_bytes(std::span{id.bytes}));
        auto const now = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
        auto millis =
            static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 0));
        for (std::size_t place = 6; place-- > 0;) {
            id.bytes[place] = static_cast<std::uint8_t>(millis & 0xFFu);
            millis >>= 8u;
        }
        stamp_version(id, 7);
        return id;
    }

private:
    Clock const& clock_;
    Random& random_;
};

} // namespace

bool Uuid::is_nil() const noexcept {
    return std::ranges::all_of(bytes, [](auto byte) { return byte == 0; });
}

std::string to_string(Uuid const& id) {
    std::string text;
    text.reserve(36);
    for (std::size_t place = 0; place < id.bytes.size(); ++place) {
        if (has_hyphen_before(place)) {
            text += '-';
        }
        text += hexadecimal[id.bytes[place] >> 4u];
        text += hexadecimal[id.bytes[place] & 0x0Fu];
    }
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != 36) {
        return std::nullopt;
    }
    Uuid id;
    for (std::size_t place = 0; place < id.bytes.size(); ++place) {
        if (has_hyphen_before(place)) {
            if (!text.starts_with('-')) {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        auto const high = hexadecimal_value(text[0]);
        auto const low = hexadecimal_value(text[1]);
        if (!high || !low) {
            return std::nullopt;
        }
        id.bytes[place] = static_cast<std::uint8_t>((*high << 4u) | *low);
        text.remove_prefix(2);
    }
    return id;
}

// 26 digits of 5 bits hold 130 bits: the first digit carries only three.
std::string to_prefixed(std::string_view prefix, Uuid const& id) {
    std::string digits(ulid_length, '0');
    unsigned held = 0;
    unsigned bits = 0;
    auto place = ulid_length;
    for (auto byte = id.bytes.size(); byte-- > 0;) {
        held |= static_cast<unsigned>(id.bytes[byte]) << bits;
        for (bits += 8; bits >= 5; bits -= 5) {
            digits[--place] = crockford[held & 0x1Fu];
            held >>= 5u;
        }
    }
    digits[0] = crockford[held & 0x1Fu];
    std::string text{prefix};
    text += '_';
    text += digits;
    return text;
}

std::optional<Uuid> parse_prefixed(std::string_view prefix, std::string_view text) {
    auto const same = [](char left, char right) { return lower(left) == lower(right); };
    if (text.size() != prefix.size() + 1 + ulid_length || text[prefix.size()] != '_' ||
        !std::ranges::equal(text.substr(0, prefix.size()), prefix, same)) {
        return std::nullopt;
    }
    text.remove_prefix(prefix.size() + 1);
    Uuid id;
    unsigned held = 0;
    unsigned bits = 0;
    auto byte = id.bytes.size();
    for (auto place = ulid_length; place-- > 0;) {
        auto const value = crockford_value(text[place]);
        if (!value || (place == 0 && *value > 7)) {
            return std::nullopt;
        }
        held |= *value << bits;
        bits += 5;
        if (bits >= 8 && byte > 0) {
            id.bytes[--byte] = static_cast<std::uint8_t>(held & 0xFFu);
            held >>= 8u;
            bits -= 8;
        }
    }
    return id;
}

std::unique_ptr<IdSource> id_source(Clock const& clock, Random& random) {
    return std::make_unique<StandardIdSource>(clock, random);
}

} // namespace loci

std::size_t std::hash<loci::Uuid>::operator()(loci::Uuid const& id) const noexcept {
    // The last bytes are random in both versions; the first ones are a time in version 7.
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), sizeof high);
    std::memcpy(&low, id.bytes.data() + sizeof high, sizeof low);
    return static_cast<std::size_t>(low ^ (high * 0x9E3779B97F4A7C15u));
}
