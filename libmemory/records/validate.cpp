#include "records/validate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <loci/base/utf8.hpp>
#include <unordered_set>

namespace loci::memory {
namespace {

constexpr Timestamp earliest = from_micros(-62'135'596'800'000'000);
constexpr Timestamp latest = from_micros(253'402'300'799'999'999);
constexpr std::size_t language_bytes = 35;
constexpr std::size_t idempotency_key_length = 128;
constexpr int highest_level = 255;
constexpr std::size_t most_faults = 64; ///< named of a list

/// Gathers the faults of one input.
class Faults {
public:
    explicit Faults(std::string_view prefix)
        : prefix_(prefix) {}

    void add(std::string_view path, std::string rule,
             decltype(FieldError::limit) const& limit = {}) {
        fields_.push_back({prefix_ + std::string{path}, std::move(rule), limit});
    }

    /// Well-formed text of `least` to `most` bytes. Whether it is.
    bool text(std::string_view path, std::string_view value, std::size_t least, std::size_t most) {
        if (!is_utf8(value)) {
            add(path, "utf8");
        } else if (value.find('\0') != std::string_view::npos) {
            add(path, "noNul");
        } else if (value.size() < least) {
            add(path, "minLength", static_cast<std::int64_t>(least));
        } else if (value.size() > most) {
            add(path, "maxLength", static_cast<std::int64_t>(most));
        } else {
            return true;
        }
        return false;
    }

    void word(std::string_view path, std::optional<std::string> const& value) {
        if (value) {
            text(path, *value, 1, limits::coordinate_bytes);
        }
    }

    void share(std::string_view path, std::optional<double> value) {
        if (!value) {
            return;
        }
        if (!std::isfinite(*value)) {
            add(path, "type");
        } else if (*value < 0.0) {
            add(path, "minimum", 0.0);
        } else if (*value > 1.0) {
            add(path, "maximum", 1.0);
        }
    }

    void instant(std::string_view path, std::optional<Timestamp> value) {
        if (!value) {
            return;
        }
        if (*value < earliest) {
            add(path, "minimum", format_rfc3339(earliest));
        } else if (*value > latest) {
            add(path, "maximum", format_rfc3339(latest));
        }
    }

    void content(std::string_view value) {
        if (text("content", value, 1, limits::content_bytes) && trim(value).empty()) {
            add("content", "minLength", std::int64_t{1});
        }
    }

    void tags(std::vector<std::string> const& values) {
        for (std::size_t i = 0; i < values.size() && fields_.size() < most_faults; ++i) {
            auto const path = fmt::format("tags[{}]", i);
            auto const trimmed = is_utf8(values[i]) ? trim(values[i]) : std::string_view{values[i]};
            text(path, trimmed, 1, limits::tag_bytes);
        }
        if (values.size() > limits::tags && normalised_tags(values).size() > limits::tags) {
            add("tags", "maxItems", static_cast<std::int64_t>(limits::tags));
        }
    }

    void metadata(JsonObject const& value) {
        text("metadata", value.text(), 2, limits::metadata_bytes);
    }

    std::optional<Error> error() const {
        if (fields_.empty()) {
            return std::nullopt;
        }
        auto const& first = fields_.front();
        auto message = fmt::format("{} breaks the rule {}", first.path, first.rule);
        if (fields_.size() > 1) {
            message += fmt::format(" (and {} more)", fields_.size() - 1);
        }
        return Error{ErrorKind::invalid, "VALIDATION_ERROR", std::move(message), fields_, {}};
    }

private:
    std::string prefix_;
    std::vector<FieldError> fields_;
};

bool is_language_tag(std::string_view text) {
    return !text.empty() && text.size() <= language_bytes &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '-';
           });
}

void check_scope(Faults& faults, WriteScope const& scope) {
    faults.word("subject", scope.subject);
    faults.word("organization", scope.organization);
    faults.word("agent", scope.agent);
    faults.word("space", scope.space);
    faults.word("session", scope.session);
    faults.word("project", scope.project);
}

void check_words(Faults& faults, NewMemory const& item) {
    faults.word("type", item.type);
    if (item.nature && *item.nature != "factual" && *item.nature != "procedural") {
        faults.add("nature", "enum");
    }
    if (item.level && (*item.level < 1 || *item.level > highest_level)) {
        faults.add("level", *item.level < 1 ? "minimum" : "maximum",
                   std::int64_t{*item.level < 1 ? 1 : highest_level});
    }
    faults.word("source", item.source);
    faults.word("source_ref", item.source_ref);
    faults.word("provenance", item.provenance);
    faults.word("speaker", item.speaker);
    if (item.language && !is_language_tag(*item.language)) {
        faults.add("language", "pattern", "BCP 47");
    }
}

void check_numbers(Faults& faults, NewMemory const& item) {
    faults.share("confidence", item.confidence);
    faults.share("importance", item.importance);
    if (item.sequence && *item.sequence < -limits::sequence) {
        faults.add("sequence", "minimum", -limits::sequence);
    }
    if (item.sequence && *item.sequence > limits::sequence) {
        faults.add("sequence", "maximum", limits::sequence);
    }
}

void check_period(Faults& faults, std::optional<Timestamp> from, std::optional<Timestamp> to) {
    faults.instant("valid_from", from);
    faults.instant("valid_to", to);
    if (from && to && *to <= *from) {
        faults.add("valid_to", "after", "valid_from");
    }
}

void check_links(Faults& faults, NewMemory const& item) {
    if (item.id && item.id->value.is_nil()) {
        faults.add("id", "pattern", "UUID");
    }
    if (item.supersedes && item.supersedes->value.is_nil()) {
        faults.add("supersedes", "pattern", "UUID");
    }
    if (item.derived_from.size() > limits::links) {
        faults.add("derived_from", "maxItems", static_cast<std::int64_t>(limits::links));
    }
}

void check_stamps(Faults& faults, NewMemory const& item) {
    faults.instant("created_at", item.created_at);
    if (!item.stamps) {
        return;
    }
    auto const& stamps = *item.stamps;
    if (stamps.validation_count < 0) {
        faults.add("validation_count", "minimum", std::int64_t{0});
    }
    faults.instant("last_validated_at", stamps.last_validated_at);
    faults.instant("superseded_at", stamps.superseded_at);
    if (stamps.superseded_by && !stamps.superseded_at) {
        faults.add("superseded_at", "required");
    }
    faults.instant("expired_at", stamps.expired_at);
    faults.instant("contested_at", stamps.contested_at);
}

} // namespace

std::optional<Error> check(NewMemory const& item, std::string_view prefix) {
    Faults faults{prefix};
    faults.content(item.content);
    check_scope(faults, item.scope);
    faults.tags(item.tags);
    if (item.title) {
        faults.text("title", *item.title, 0, limits::title_bytes);
    }
    if (item.summary) {
        faults.text("summary", *item.summary, 0, limits::summary_bytes);
    }
    faults.metadata(item.metadata);
    check_words(faults, item);
    check_numbers(faults, item);
    check_period(faults, item.valid_from, item.valid_to);
    faults.instant("expires_at", item.expires_at);
    check_links(faults, item);
    check_stamps(faults, item);
    return faults.error();
}

std::optional<Error> check(Patch const& patch) {
    Faults faults{{}};
    if (patch.content) {
        faults.content(*patch.content);
    }
    if (patch.title && *patch.title) {
        faults.text("title", **patch.title, 0, limits::title_bytes);
    }
    if (patch.summary && *patch.summary) {
        faults.text("summary", **patch.summary, 0, limits::summary_bytes);
    }
    if (patch.tags) {
        faults.tags(*patch.tags);
    }
    if (patch.metadata) {
        faults.metadata(*patch.metadata);
    }
    if (patch.type) {
        faults.word("type", *patch.type);
    }
    faults.share("confidence", patch.confidence.value_or(std::nullopt));
    faults.share("importance", patch.importance.value_or(std::nullopt));
    check_period(faults, patch.valid_from.value_or(std::nullopt),
                 patch.valid_to.value_or(std::nullopt));
    faults.instant("expires_at", patch.expires_at.value_or(std::nullopt));
    return faults.error();
}

std::optional<Error> check(Caller const& caller) {
    Faults faults{{}};
    faults.text("tenant", caller.tenant, 1, limits::coordinate_bytes);
    faults.text("user", caller.user, 1, limits::coordinate_bytes);
    return faults.error();
}

std::optional<Error> check(IdempotencyKey const& key) {
    Faults faults{{}};
    if (faults.text("idempotency_key", key.text, 1, 4 * idempotency_key_length) &&
        count_code_points(key.text) > idempotency_key_length) {
        faults.add("idempotency_key", "maxLength",
                   static_cast<std::int64_t>(idempotency_key_length));
    }
    return faults.error();
}

std::optional<Error> check_spaces(std::vector<std::string> const& spaces) {
    Faults faults{{}};
    for (std::size_t i = 0; i < spaces.size(); ++i) {
        faults.text(fmt::format("spaces[{}]", i), spaces[i], 1, limits::coordinate_bytes);
    }
    return faults.error();
}

std::optional<Error> check_confidence(std::optional<double> confidence) {
    Faults faults{{}};
    faults.share("confidence", confidence);
    return faults.error();
}

std::optional<Error> check_valid_time(std::optional<Timestamp> from, std::optional<Timestamp> to) {
    Faults faults{{}};
    check_period(faults, from, to);
    return faults.error();
}

NewMemory normalised(NewMemory item) {
    constexpr std::string_view unset = "default";
    item.tags = normalised_tags(item.tags);
    if (item.scope.agent == unset) {
        item.scope.agent.reset();
    }
    if (item.scope.organization == unset) {
        item.scope.organization.reset();
    }
    if (!item.scope.space) {
        item.scope.space = unset;
    }
    return item;
}

std::vector<std::string> normalised_tags(std::vector<std::string> const& tags) {
    std::vector<std::string> kept;
    std::unordered_set<std::string_view> seen;
    for (auto const& tag : tags) {
        auto const trimmed = is_utf8(tag) ? trim(tag) : std::string_view{tag};
        if (seen.insert(trimmed).second) {
            kept.emplace_back(trimmed);
        }
    }
    return kept;
}

} // namespace loci::memory
