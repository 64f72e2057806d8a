#pragma once
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <loci/base/json_object.hpp>
#include <loci/base/scope.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

/// Identity of a memory: UUID version 4 text on every wire. It never changes and is never given out
/// twice.
struct MemoryId {
    Uuid value;
    auto operator<=>(MemoryId const&) const = default;
};

enum class Kind : std::uint8_t { memory, decision, pattern, knowledge };
enum class Sensitivity : std::uint8_t { normal, sensitive, critical };
/// Whether the vector of the current revision exists: `pending` is found by words and embedded
/// later.
enum class IndexState : std::uint8_t { pending, ready, failed };

char const* to_string(Kind kind) noexcept;
char const* to_string(Sensitivity sensitivity) noexcept;
char const* to_string(IndexState state) noexcept;
std::optional<Kind> parse_kind(std::string_view word) noexcept;
std::optional<Sensitivity> parse_sensitivity(std::string_view word) noexcept;
std::optional<IndexState> parse_index_state(std::string_view word) noexcept;

/// The core's own limits; dialects have narrower ones. Lengths of text are in UTF-8 bytes.
namespace limits {
inline constexpr std::size_t content_bytes = 1024 * 1024;
inline constexpr std::size_t title_bytes = 4096;
inline constexpr std::size_t summary_bytes = 64 * 1024;
inline constexpr std::size_t coordinate_bytes = 1024; ///< also speaker, type, source, provenance
inline constexpr std::size_t tags = 64;
inline constexpr std::size_t tag_bytes = 256;
inline constexpr std::size_t metadata_bytes = 64 * 1024;
inline constexpr std::size_t links = 256; ///< `derived_from`
inline constexpr std::size_t items_per_write = 1000;
inline constexpr std::int64_t sequence = 9007199254740991; ///< either sign; exact in JSON
inline constexpr std::size_t results = 1000;               ///< most that one read returns
} // namespace limits

/// What happened to a memory before it was imported.
struct ImportedStamps {
    int validation_count = 0;
    std::optional<Timestamp> last_validated_at{};
    std::optional<Timestamp> superseded_at{}; ///< with or without `superseded_by`
    std::optional<MemoryId> superseded_by{};  ///< needs `superseded_at`; need not exist yet
    std::optional<Timestamp> expired_at{};
    std::optional<Timestamp> contested_at{};
    bool operator==(ImportedStamps const&) const = default;
};

/// A memory to be written. Only `content` is required. Text is UTF-8 without U+0000.
struct NewMemory {
    std::string content; ///< not empty
    WriteScope scope{};
    std::vector<std::string> tags{};
    std::optional<std::string> title{};
    std::optional<std::string> summary{};
    JsonObject metadata{};
    Kind kind = Kind::memory;
    std::optional<std::string> type{};   ///< open word
    std::optional<std::string> nature{}; ///< `factual` or `procedural`
    std::optional<int> level{};          ///< 1..255
    Sensitivity sensitivity = Sensitivity::normal;
    std::optional<std::string> source{};
    std::optional<std::string> source_ref{};
    std::optional<std::string> provenance{};
    std::optional<double> confidence{};     ///< 0..1
    std::optional<double> importance{};     ///< 0..1
    std::optional<std::string> language{};  ///< BCP 47; absent: told by script
    std::optional<std::int64_t> sequence{}; ///< position in the session
    std::optional<std::string> speaker{};
    std::optional<Timestamp> valid_from{}; ///< when it happened or began to be true
    std::optional<Timestamp> valid_to{};   ///< exclusive
    std::optional<Timestamp> expires_at{};
    bool session_only = false;
    std::optional<MemoryId> supersedes{}; ///< stamps that memory in the same transaction
    std::vector<MemoryId> derived_from{};
    std::optional<MemoryId> id{};           ///< imports only; absent: a new one
    std::optional<Timestamp> created_at{};  ///< imports only; absent: the transaction's instant
    std::optional<ImportedStamps> stamps{}; ///< imports only; none later than the write
    bool operator==(NewMemory const&) const = default;
};

/// A memory as stored: its current revision, or the one that was current at the instant asked for.
struct Record {
    MemoryId id;
    std::string tenant;
    std::string user;
    WriteScope scope; ///< `space` is always set
    std::string content;
    std::vector<std::string> tags;
    std::optional<std::string> title;
    std::optional<std::string> summary;
    JsonObject metadata;
    Kind kind = Kind::memory;
    std::optional<std::string> type;
    std::optional<std::string> nature;
    std::optional<int> level;
    Sensitivity sensitivity = Sensitivity::normal;
    std::optional<std::string> source;
    std::optional<std::string> source_ref;
    std::optional<std::string> provenance;
    std::optional<double> confidence;
    std::optional<double> importance;
    double strength = 1.0;
    std::optional<std::string> language;
    std::optional<std::int64_t> sequence;
    std::optional<std::string> speaker;
    bool session_only = false;
    IndexState index_state = IndexState::ready;

    int revision = 1;              ///< 1, 2, … of this memory
    std::int64_t revision_key = 0; ///< the database's write sequence: ascending in commit order
    Timestamp created_at;
    Timestamp updated_at;              ///< last revision or stamp
    Timestamp recorded_at;             ///< when this revision opened
    std::optional<Timestamp> ended_at; ///< when the next revision opened
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_to;
    std::optional<Timestamp> expires_at;

    int validation_count = 0;
    std::optional<Timestamp> last_validated_at;
    std::optional<Timestamp> superseded_at;
    std::optional<MemoryId> superseded_by;
    std::optional<Timestamp> expired_at;
    std::optional<Timestamp> contested_at;
    std::optional<Timestamp> forgotten_at;
    std::vector<MemoryId> derived_from; ///< by id
    bool operator==(Record const&) const = default;
};

/// Changes to a memory. Absent keeps; an inner nullopt clears.
///
/// A change of title, content, summary, type, tags, metadata, confidence or valid time opens a new
/// revision; importance and expiry change in place.
struct Patch {
    std::optional<std::string> content{};
    std::optional<std::optional<std::string>> title{};
    std::optional<std::optional<std::string>> summary{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<JsonObject> metadata{}; ///< replaces the whole object
    std::optional<std::optional<std::string>> type{};
    std::optional<std::optional<double>> confidence{};
    std::optional<std::optional<double>> importance{};
    std::optional<std::optional<Timestamp>> valid_from{};
    std::optional<std::optional<Timestamp>> valid_to{};
    std::optional<std::optional<Timestamp>> expires_at{};
    std::optional<int>
        expected_revision{}; ///< another current revision: `conflict` (`STALE_REVISION`)
};

} // namespace loci::memory
