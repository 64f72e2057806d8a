#include "records/prepare.hpp"

#include "records/validate.hpp"

#include <cmath>
#include <fmt/format.h>
#include <text/analyzer.hpp>

namespace loci::memory {
namespace {

std::optional<std::string_view> view_of(std::optional<std::string> const& text) {
    return text ? std::optional<std::string_view>{*text} : std::nullopt;
}

SearchedText searched_text(NewMemory const& item) {
    return {item.content, view_of(item.title), view_of(item.speaker), view_of(item.language)};
}

bool is_sound(std::vector<float> const& vector, std::size_t dimension) {
    if (vector.empty()) {
        return true;
    }
    double squares = 0;
    for (auto const value : vector) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    constexpr double tolerance = 0.01;
    return vector.size() == dimension && std::abs(squares - 1.0) < tolerance;
}

void add_scope(Digest& digest, WriteScope const& scope) {
    digest.add(scope.subject)
        .add(scope.organization)
        .add(scope.agent)
        .add(scope.space)
        .add(scope.session)
        .add(scope.project);
}

void add_tags(Digest& digest, std::vector<std::string> const& tags) {
    digest.add(tags.size());
    for (auto const& tag : tags) {
        digest.add(tag);
    }
}

void add_stamps(Digest& digest, std::optional<ImportedStamps> const& stamps) {
    digest.add(stamps.has_value());
    if (!stamps) {
        return;
    }
    digest.add(stamps->validation_count)
        .add(stamps->last_validated_at)
        .add(stamps->superseded_at)
        .add(stamps->superseded_by ? std::optional{stamps->superseded_by->value} : std::nullopt)
        .add(stamps->expired_at)
        .add(stamps->contested_at);
}

void add_item(Digest& digest, NewMemory const& item) {
    digest.add(item.content);
    add_scope(digest, item.scope);
    add_tags(digest, item.tags);
    digest.add(item.title).add(item.summary).add(item.metadata.text());
    digest.add(to_string(item.kind)).add(item.type).add(item.nature).add(item.level);
    digest.add(to_string(item.sensitivity)).add(item.source).add(item.source_ref);
    digest.add(item.provenance).add(item.confidence).add(item.importance).add(item.language);
    digest.add(item.sequence).add(item.speaker).add(item.valid_from).add(item.valid_to);
    digest.add(item.expires_at).add(item.session_only);
    digest.add(item.supersedes ? std::optional{item.supersedes->value} : std::nullopt);
    digest.add(item.derived_from.size());
    for (auto const& origin : item.derived_from) {
        digest.add(origin.value);
    }
    digest.add(item.id ? std::optional{item.id->value} : std::nullopt).add(item.created_at);
    add_stamps(digest, item.stamps);
}

template <class T>
void add_change(Digest& digest, std::optional<std::optional<T>> const& change) {
    digest.add(change.has_value());
    if (change) {
        digest.add(*change);
    }
}

Hash hash_of(Patch const& patch) {
    Digest digest;
    digest.add(patch.content);
    add_change(digest, patch.title);
    add_change(digest, patch.summary);
    digest.add(patch.tags.has_value());
    add_tags(digest, patch.tags.value_or(std::vector<std::string>{}));
    digest.add(patch.metadata ? std::optional{patch.metadata->text()} : std::nullopt);
    add_change(digest, patch.type);
    add_change(digest, patch.confidence);
    add_change(digest, patch.importance);
    add_change(digest, patch.valid_from);
    add_change(digest, patch.valid_to);
    add_change(digest, patch.expires_at);
    digest.add(patch.expected_revision);
    return digest.finish();
}

void embed_all(UsedModel const& model, std::span<SearchedText const> texts,
               std::span<Indexed> indexed) {
    auto const whole = embedded_texts(texts);
    std::vector<std::string_view> const views{whole.begin(), whole.end()};
    auto found = model.embedder->embed(views, EmbeddingPurpose::passage);
    if (!found) {
        return;
    }
    auto vectors = model_vectors(model, std::move(*found), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        indexed[i].vectors.push_back(std::move(vectors[i]));
    }
}

/// A UUID of version 4, as dialects insist, that begins with the time: ids that are given out
/// together lie together in their index, and a batch touches a page of it instead of a hundred.
MemoryId new_id(IdSource& ids) {
    auto id = ids.time_ordered();
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0Fu) | 0x40u);
    return MemoryId{id};
}

PreparedItem prepare_item(NewMemory item, std::string const& prefix, IdSource& ids) {
    PreparedItem prepared;
    prepared.prefix = prefix;
    prepared.fault = check(item, prefix);
    if (prepared.fault) {
        prepared.input = std::move(item);
        return prepared;
    }
    prepared.input = normalised(std::move(item));
    prepared.id = prepared.input.id ? *prepared.input.id : new_id(ids);
    prepared.text_hash = hash_of_content(prepared.input.content);
    prepared.indexed = analyse(searched_text(prepared.input));
    return prepared;
}

void embed_items(std::vector<PreparedItem>& items, Models::InUse const& models) {
    std::vector<SearchedText> texts;
    std::vector<Indexed> indexed;
    for (auto& item : items) {
        if (!item.fault) {
            texts.push_back(searched_text(item.input));
            indexed.push_back(std::move(item.indexed));
        }
    }
    embed_all(models, texts, indexed);
    auto next = indexed.begin();
    for (auto& item : items) {
        if (!item.fault) {
            item.indexed = std::move(*next++);
        }
    }
}

} // namespace

SearchedText searched_text(Record const& record) {
    return {record.content, view_of(record.title), view_of(record.speaker),
            view_of(record.language)};
}

Indexed analyse(SearchedText const& text) {
    auto const language = text.language.value_or(std::string_view{});
    std::vector<std::string> stems;
    if (text.speaker) {
        stems = text::analyze(*text.speaker, language).stems;
    }
    auto body = text::analyze(embedded_text(text), language).stems;
    stems.insert(stems.end(), std::make_move_iterator(body.begin()),
                 std::make_move_iterator(body.end()));
    Indexed indexed;
    indexed.words = static_cast<std::uint32_t>(stems.size());
    indexed.stems = text::join_stems(stems);
    return indexed;
}

std::string embedded_text(SearchedText const& text) {
    std::string whole{text.title.value_or(std::string_view{})};
    if (!whole.empty()) {
        whole += '\n';
    }
    whole += text.content;
    return whole;
}

std::vector<std::string> embedded_texts(std::span<SearchedText const> texts) {
    std::vector<std::string> whole;
    whole.reserve(texts.size());
    for (auto const& text : texts) {
        whole.push_back(embedded_text(text));
    }
    return whole;
}

void embed_all(Models::InUse const& models, std::span<SearchedText const> texts,
               std::span<Indexed> indexed) {
    if (texts.empty()) {
        return;
    }
    for (auto const* model : {models.serving, models.incoming}) {
        if (model != nullptr && model->embedder != nullptr) {
            embed_all(*model, texts, indexed);
        }
    }
}

ModelVector model_vector(UsedModel const& model, std::optional<std::vector<float>> given) {
    auto const is_kept = given && is_sound(*given, model.dimension);
    return {model.number, is_kept, is_kept ? std::move(*given) : std::vector<float>{}};
}

std::vector<ModelVector> model_vectors(UsedModel const& model,
                                       std::vector<std::vector<float>> given, std::size_t count) {
    std::vector<ModelVector> vectors;
    vectors.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        vectors.push_back(model_vector(model, i < given.size() ? std::optional{std::move(given[i])}
                                                               : std::nullopt));
    }
    return vectors;
}

IndexState state_of(Indexed const& indexed, Models::InUse const& models) {
    for (auto const& vector : indexed.vectors) {
        if (vector.model == models.deciding().number) {
            return vector.is_sound ? IndexState::ready : IndexState::failed;
        }
    }
    return IndexState::pending;
}

std::vector<float> vector_under(Indexed const& indexed, std::int64_t model) {
    for (auto const& vector : indexed.vectors) {
        if (vector.model == model) {
            return vector.vector;
        }
    }
    return {};
}

Hash hash_of_content(std::string_view content) {
    return sha256(text::fold(content));
}

Hash Prepared::Impl::request() const {
    if (patch) {
        return hash_of(patch->patch);
    }
    Digest digest;
    for (auto const& item : items) {
        add_item(digest, item.input);
    }
    return digest.finish();
}

Hash request_of(Prepared const& prepared, WriteOptions const& options) {
    Digest digest;
    digest.add(prepared.impl().request())
        .add(static_cast<int>(options.mode))
        .add(static_cast<int>(options.duplicates))
        .add(options.near.has_value());
    if (options.near) {
        digest.add(static_cast<int>(options.near->rule))
            .add(options.near->limits.similarity)
            .add(options.near->limits.words);
    }
    return digest.finish();
}

std::shared_ptr<Prepared::Impl> prepare_items(std::vector<NewMemory> items, bool is_batch,
                                              Models::InUse const& models, IdSource& ids) {
    auto impl = std::make_shared<Prepared::Impl>();
    auto const too_many = items.size() > limits::items_per_write;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (too_many) {
            PreparedItem refused;
            refused.fault =
                Error{ErrorKind::invalid,
                      "VALIDATION_ERROR",
                      "too many items in one call",
                      {{"items", "maxItems", static_cast<std::int64_t>(limits::items_per_write)}},
                      {}};
            impl->items.push_back(std::move(refused));
            continue;
        }
        impl->items.push_back(prepare_item(
            std::move(items[i]), is_batch ? fmt::format("[{}].", i) : std::string{}, ids));
    }
    embed_items(impl->items, models);
    return impl;
}

Result<Prepared> prepare_patch(Patch const& patch, Record const& current,
                               Models::InUse const& models) {
    if (auto fault = check(patch)) {
        return *fault;
    }
    auto const impl = std::make_shared<Prepared::Impl>();
    auto& prepared = impl->patch.emplace();
    prepared.patch = patch;
    if (patch.tags) {
        prepared.patch.tags = normalised_tags(*patch.tags);
    }
    prepared.base_key = current.revision_key;
    auto const after = patched(current, prepared.patch);
    if (changes_text(current, after)) {
        auto const text = searched_text(after);
        prepared.indexed = analyse(text);
        embed_all(models, {&text, 1}, {&*prepared.indexed, 1});
    }
    return Prepared{impl};
}

Record patched(Record current, Patch const& patch) {
    auto const replace = [](auto& field, auto const& change) {
        if (change) {
            field = *change;
        }
    };
    replace(current.content, patch.content);
    replace(current.title, patch.title);
    replace(current.summary, patch.summary);
    replace(current.tags, patch.tags);
    replace(current.metadata, patch.metadata);
    replace(current.type, patch.type);
    replace(current.confidence, patch.confidence);
    replace(current.importance, patch.importance);
    replace(current.valid_from, patch.valid_from);
    replace(current.valid_to, patch.valid_to);
    replace(current.expires_at, patch.expires_at);
    return current;
}

bool opens_revision(Record const& before, Record const& after) {
    return changes_text(before, after) || before.summary != after.summary ||
           before.tags != after.tags || before.metadata != after.metadata ||
           before.type != after.type || before.confidence != after.confidence ||
           before.valid_from != after.valid_from || before.valid_to != after.valid_to;
}

bool changes_text(Record const& before, Record const& after) {
    return before.title != after.title || before.content != after.content;
}

} // namespace loci::memory
