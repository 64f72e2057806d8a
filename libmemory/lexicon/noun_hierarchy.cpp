// file            = header buckets offsets first_meanings meanings first_hypernyms hypernyms
//                   descendants nouns
// header          = "LOCINOUN" version:u32 nouns:u32 meanings:u32 senses:u32 hypernyms:u32
//                   noun_bytes:u32
// buckets         = u32 * (32768 + 1)     ; first noun of each hash modulo 32768, ascending
// offsets         = u32 * (nouns + 1)     ; into the bytes of nouns, ascending
// first_meanings  = u32 * (nouns + 1)     ; into meanings, ascending
// meanings        = u32 * meanings        ; senses of each noun, the commonest first
// first_hypernyms = u32 * (senses + 1)    ; into hypernyms, ascending
// hypernyms       = u32 * hypernyms       ; senses
// descendants     = u32 * senses          ; how many senses lie below, with the sense itself
// nouns           = bytes                 ; by bucket, then sorted, without separators
//
// Little-endian, read in place.

#include "lexicon/noun_hierarchy.hpp"
#include <algorithm>
#include <array>
#include <base/array_file.hpp>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <numeric>
#include <tuple>

namespace loci::lexicon {
namespace {

static_assert(std::endian::native == std::endian::little, "hierarchies are read in place");

constexpr std::array<char, 8> magic{'L', 'O', 'C', 'I', 'N', 'O', 'U', 'N'};
constexpr std::uint32_t version = 1;
constexpr std::size_t bucket_count = 32768;

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t nouns;
    std::uint32_t meanings;
    std::uint32_t senses;
    std::uint32_t hypernyms;
    std::uint32_t noun_bytes;
};

static_assert(sizeof(Header) == 32);

/// Fowler, Noll and Vo's hash 1a.
std::size_t bucket_of(std::string_view noun) noexcept {
    std::uint32_t hash = 2166136261;
    for (char const c : noun) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    }
    return (hash ^ (hash >> 15)) % bucket_count;
}

Error corrupt(std::string message) {
    return {.kind = ErrorKind::corrupt,
            .reason = "NOUN_HIERARCHY_CORRUPT",
            .message = "The noun hierarchy is damaged: " + std::move(message)};
}

std::size_t file_size(Header const& header) {
    std::size_t const nouns = header.nouns;
    std::size_t const senses = header.senses;
    auto const numbers = bucket_count + 1 + 2 * (nouns + 1) + header.meanings + senses + 1 +
                         header.hypernyms + senses;
    return sizeof(Header) + sizeof(std::uint32_t) * numbers + header.noun_bytes;
}

void append(std::vector<std::byte>& file, auto const& values) {
    auto const bytes = std::as_bytes(std::span(values));
    std::copy(bytes.begin(), bytes.end(), std::back_inserter(file));
}

/// A sense counts once below another, by however many ways it is reached.
std::vector<std::uint32_t> count_descendants(std::vector<std::vector<Sense>> const& hypernyms) {
    std::vector<std::uint32_t> counts(hypernyms.size());
    std::vector<Sense> reached;
    for (Sense sense = 0; sense < hypernyms.size(); ++sense) {
        reached.assign(1, sense);
        for (std::size_t i = 0; i < reached.size(); ++i) {
            ++counts[reached[i]];
            for (auto const above : hypernyms[reached[i]]) {
                if (std::find(reached.begin(), reached.end(), above) == reached.end()) {
                    reached.push_back(above);
                }
            }
        }
    }
    return counts;
}

struct Ending {
    std::string_view inflected;
    std::string_view base;
};

constexpr std::array<Ending, 7> endings{{{"ies", "y"},
                                         {"ses", "s"},
                                         {"xes", "x"},
                                         {"ches", "ch"},
                                         {"shes", "sh"},
                                         {"men", "man"},
                                         {"s", ""}}};

} // namespace

Result<NounHierarchy> NounHierarchy::parse(std::span<std::byte const> bytes) {
    if (auto fault = header_fault<Header>(bytes, magic, version, "noun hierarchy");
        !fault.empty()) {
        return corrupt(std::move(fault));
    }
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (file_size(header) != bytes.size()) {
        return corrupt("wrong size");
    }
    ArrayReader reader(bytes.subspan(sizeof(Header)));
    NounHierarchy hierarchy;
    hierarchy.buckets_ = reader.take<std::uint32_t>(bucket_count + 1);
    hierarchy.offsets_ = reader.take<std::uint32_t>(header.nouns + std::size_t{1});
    hierarchy.first_meanings_ = reader.take<std::uint32_t>(header.nouns + std::size_t{1});
    hierarchy.meanings_ = reader.take<std::uint32_t>(header.meanings);
    hierarchy.first_hypernyms_ = reader.take<std::uint32_t>(header.senses + std::size_t{1});
    hierarchy.hypernyms_ = reader.take<std::uint32_t>(header.hypernyms);
    hierarchy.descendants_ = reader.take<std::uint32_t>(header.senses);
    auto const nouns = reader.take<char>(header.noun_bytes);
    hierarchy.nouns_ = {nouns.data(), nouns.size()};
    return hierarchy;
}

std::string_view NounHierarchy::noun(std::size_t index) const noexcept {
    return nouns_.substr(offsets_[index], offsets_[index + 1] - offsets_[index]);
}

std::span<Sense const> NounHierarchy::find(std::string_view wanted) const noexcept {
    auto const bucket = bucket_of(wanted);
    for (std::size_t i = buckets_[bucket]; i < buckets_[bucket + 1]; ++i) {
        if (noun(i) == wanted) {
            return meanings_.subspan(first_meanings_[i],
                                     first_meanings_[i + 1] - first_meanings_[i]);
        }
    }
    return {};
}

std::span<Sense const> NounHierarchy::senses(std::string_view noun) const {
    auto found = find(noun);
    for (auto ending = endings.begin(); found.empty() && ending != endings.end(); ++ending) {
        if (noun.ends_with(ending->inflected) && noun.size() > ending->inflected.size() + 1) {
            std::string singular{noun.substr(0, noun.size() - ending->inflected.size())};
            found = find(singular += ending->base);
        }
    }
    return found;
}

std::span<Sense const> NounHierarchy::hypernyms(Sense sense) const noexcept {
    auto const first = first_hypernyms_[sense];
    return hypernyms_.subspan(first, first_hypernyms_[sense + std::size_t{1}] - first);
}

double NounHierarchy::narrowness(Sense sense) const noexcept {
    auto const all = static_cast<double>(size());
    return std::log(all / static_cast<double>(descendants(sense) + 1)) / std::log(all);
}

std::vector<std::byte> write_noun_hierarchy(NounHierarchyContent content) {
    auto& nouns = content.nouns;
    std::sort(nouns.begin(), nouns.end(), [](auto const& one, auto const& other) {
        return std::tuple(bucket_of(one.text), std::string_view(one.text)) <
               std::tuple(bucket_of(other.text), std::string_view(other.text));
    });
    std::vector<std::uint32_t> buckets(bucket_count + 1);
    std::vector<std::uint32_t> offsets{0};
    std::vector<std::uint32_t> first_meanings{0};
    std::vector<Sense> meanings;
    std::string texts;
    for (auto const& noun : nouns) {
        ++buckets[bucket_of(noun.text) + 1];
        meanings.insert(meanings.end(), noun.senses.begin(), noun.senses.end());
        first_meanings.push_back(static_cast<std::uint32_t>(meanings.size()));
        texts += noun.text;
        offsets.push_back(static_cast<std::uint32_t>(texts.size()));
    }
    std::partial_sum(buckets.begin(), buckets.end(), buckets.begin());
    std::vector<std::uint32_t> first_hypernyms{0};
    std::vector<Sense> hypernyms;
    for (auto const& above : content.hypernyms) {
        hypernyms.insert(hypernyms.end(), above.begin(), above.end());
        first_hypernyms.push_back(static_cast<std::uint32_t>(hypernyms.size()));
    }
    Header const header{.magic = magic,
                        .version = version,
                        .nouns = static_cast<std::uint32_t>(nouns.size()),
                        .meanings = static_cast<std::uint32_t>(meanings.size()),
                        .senses = static_cast<std::uint32_t>(content.hypernyms.size()),
                        .hypernyms = static_cast<std::uint32_t>(hypernyms.size()),
                        .noun_bytes = static_cast<std::uint32_t>(texts.size())};
    std::vector<std::byte> file;
    file.reserve(file_size(header));
    append(file, std::array{header});
    append(file, buckets);
    append(file, offsets);
    append(file, first_meanings);
    append(file, meanings);
    append(file, first_hypernyms);
    append(file, hypernyms);
    append(file, count_descendants(content.hypernyms));
    append(file, texts);
    return file;
}

} // namespace loci::lexicon
