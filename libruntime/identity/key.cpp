#include <loci/runtime/key.hpp>

#include "identity/hash.hpp"
#include "identity/key_text.hpp"

#include <algorithm>
#include <array>

namespace loci::runtime {
namespace {

constexpr std::string_view base62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::size_t checksum_length = 6;

struct Shape {
    KeyStyle style;
    std::string_view word;
    std::string_view prefix;
    std::string_view alphabet;
    std::size_t random_length;
    bool checksum;
};

// The longer of two prefixes that begin alike comes first.
constexpr std::array<Shape, 4> shapes{{
    {KeyStyle::memesh_legacy, "memesh_legacy", "sk_memmesh_", base62, 40, false},
    {KeyStyle::memoryrelay, "memoryrelay", "mem_prod_", hexadecimal, 64, false},
    {KeyStyle::memesh, "memesh", "mk_", base62, 40, true},
    {KeyStyle::memorose, "memorose", "sk_", base62, 36, false},
}};

Shape const& shape_of(KeyStyle style) {
    return *std::find_if(shapes.begin(), shapes.end(),
                         [style](Shape const& shape) { return shape.style == style; });
}

std::string random_text(std::string_view alphabet, std::size_t length, Random& random) {
    // Bytes beyond the largest multiple of the alphabet's size would favour its first characters.
    auto const limit = 256 - 256 % alphabet.size();
    std::string text;
    text.reserve(length);
    std::array<std::byte, 64> bytes{};
    while (text.size() < length) {
        random.fill(bytes);
        for (auto const byte : bytes) {
            auto const value = std::to_integer<std::size_t>(byte);
            if (value < limit && text.size() < length) {
                text += alphabet[value % alphabet.size()];
            }
        }
    }
    return text;
}

std::string checksum_of(std::string_view text) {
    auto const hash = hash_of(text);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) {
        number = number << 8 | std::to_integer<std::uint64_t>(hash[i]);
    }
    std::string checksum(checksum_length, '0');
    for (auto& character : checksum) {
        character = base62[number % base62.size()];
        number /= base62.size();
    }
    return checksum;
}

} // namespace

std::string to_string(KeyId id) {
    return to_prefixed("key", id.value);
}

std::optional<KeyId> parse_key_id(std::string_view text) {
    if (auto const id = parse_prefixed("key", text)) {
        return KeyId{*id};
    }
    return std::nullopt;
}

char const* to_string(CredentialKind kind) noexcept {
    switch (kind) {
    case CredentialKind::session:
        return "session";
    case CredentialKind::login:
        return "login";
    case CredentialKind::key:
        break;
    }
    return "key";
}

std::optional<CredentialKind> parse_credential_kind(std::string_view word) noexcept {
    for (auto const kind : {CredentialKind::key, CredentialKind::session, CredentialKind::login}) {
        if (word == to_string(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

char const* to_string(KeyStyle style) noexcept {
    return shape_of(style).word.data();
}

std::optional<KeyStyle> parse_key_style(std::string_view word) noexcept {
    for (auto const& shape : shapes) {
        if (shape.word == word) {
            return shape.style;
        }
    }
    return std::nullopt;
}

MintedSecret mint_secret(KeyStyle style, Random& random) {
    auto const& shape = shape_of(style);
    auto text =
        std::string{shape.prefix} + random_text(shape.alphabet, shape.random_length, random);
    if (shape.checksum) {
        text += checksum_of(text);
    }
    return {style, std::move(text)};
}

std::optional<KeyStyle> recognise_style(std::string_view secret) {
    for (auto const& shape : shapes) {
        if (!secret.starts_with(shape.prefix)) {
            continue;
        }
        auto const body = secret.substr(shape.prefix.size());
        auto const length = shape.random_length + (shape.checksum ? checksum_length : 0);
        if (body.size() != length ||
            body.find_first_not_of(shape.alphabet) != std::string_view::npos) {
            return std::nullopt;
        }
        if (shape.checksum) {
            auto const covered = secret.substr(0, secret.size() - checksum_length);
            if (secret.substr(covered.size()) != checksum_of(covered)) {
                return std::nullopt;
            }
        }
        return shape.style;
    }
    return std::nullopt;
}

std::string mask(MintedSecret const& secret) {
    auto const prefix = shape_of(secret.style).prefix.size();
    return secret.text.substr(0, prefix + 4) + "..." + secret.text.substr(secret.text.size() - 4);
}

std::string shown_prefix(MintedSecret const& secret) {
    return secret.text.substr(0, 12);
}

} // namespace loci::runtime
