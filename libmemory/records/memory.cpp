#include "records/answers.hpp"
#include "records/changes.hpp"
#include "records/embedding.hpp"
#include "records/erase.hpp"
#include "records/export.hpp"
#include "records/get.hpp"
#include "records/inspect.hpp"
#include "records/model_change.hpp"
#include "records/models.hpp"
#include "records/mutation.hpp"
#include "records/near.hpp"
#include "records/prepare.hpp"
#include "records/revise.hpp"
#include "records/schema.hpp"
#include "records/stored.hpp"
#include "records/validate.hpp"
#include "records/write.hpp"

#include <index/catalogue.hpp>
#include <index/segments.hpp>
#include <loci/memory/memory.hpp>
#include <recall/finder.hpp>

namespace loci::memory {
namespace {

std::vector<Record> read_records(store::ReadTransaction& transaction,
                                 std::span<std::int64_t const> keys) {
    std::vector<Record> records;
    records.reserve(keys.size());
    for (auto& stored : read_by_key(transaction, {keys.begin(), keys.end()})) {
        records.push_back(std::move(stored.record));
    }
    return records;
}

/// What a search found as of an instant, as it was then.
void turn_back(Record& record, std::optional<Timestamp> as_of) {
    if (as_of) {
        record = as_it_was(std::move(record), *as_of);
    }
}

void turn_back(Result<Recall>& found, RecallQuery const& query) {
    if (found) {
        for (auto& hit : found->hits) {
            turn_back(hit.memory, query.filter.as_of);
        }
    }
}

constexpr int most_attempts = 3;

index::SegmentOptions segments_of(store::Database const& database) {
    return {.directory = database.directory() / "index", .has_thread = !database.is_read_only()};
}

} // namespace

class Memory::Impl {
public:
    Impl(store::Database& opened, std::unique_ptr<Models> found)
        : database(opened)
        , models(std::move(found))
        , catalogue(std::make_shared<index::Catalogue>(models->in_use().serving->id,
                                                       models->in_use().serving->dimension,
                                                       segments_of(opened)))
        , changing{opened.environment().ids, *models, sink_to(catalogue, models)}
        , model_change(opened, changing, [this](std::int64_t change) { swap_models(change); })
        , finder(opened, *catalogue, models->for_questions(), read_records)
        , subscription(opened.subscribe(
              [kept = catalogue](std::int64_t last_change) { kept->reached(last_change); }))
        , scrubbing(opened.scrub_also(
              [kept = catalogue, &opened] { return kept->segments().scrub(opened); })) {}

    void swap_models(std::int64_t change) const {
        auto const& next = *models->in_use().incoming;
        catalogue->serve(next.id, next.dimension, change, [this] { models->swap(); });
    }

    /// Finds again when the models were swapped between the embedding of a question and its search.
    template <class Find>
    auto find(Find const& find_once) const {
        auto generation = catalogue->generation();
        auto found = find_once();
        for (int attempt = 1; attempt < most_attempts && catalogue->generation() != generation;
             ++attempt) {
            generation = catalogue->generation();
            found = find_once();
        }
        return found;
    }

    Result<Prepared> prepare(Caller const& caller, std::vector<NewMemory> items, bool is_batch,
                             WriteOptions const& options) const {
        if (options.near) {
            if (auto fault = check(options.near->limits)) {
                return *fault;
            }
        }
        auto const prepared =
            prepare_items(std::move(items), is_batch, models->in_use(), changing.ids);
        if (options.near) {
            auto const looked = find_near(caller, options.near->limits, prepared->items);
            if (!looked) {
                return looked.error();
            }
        }
        return Prepared{prepared};
    }

    /// Sees to it that items and catalogue speak of the same model.
    Result<store::Done> find_near(Caller const& caller, NearnessLimits const& limits,
                                  std::span<PreparedItem> items) const {
        return find([&] {
            return database.read<store::Done>([&](store::ReadTransaction& transaction) {
                memory::find_near(transaction, *catalogue, caller, *models->in_use().serving,
                                  limits, items);
                return Result<store::Done>{store::Done{}};
            });
        });
    }

    template <class Act>
    store::Outcome<Record> mutate(store::WriteTransaction& transaction, Caller const& caller,
                                  std::optional<IdempotencyKey> const& key, KeyedCall const& call,
                                  Act act) const {
        return once<Record>(
            transaction, caller, key, call,
            [&] {
                Mutation mutation{transaction, caller, changing};
                return act(mutation);
            },
            [&](StoredAnswer const& answer) { return replay_record(transaction, answer); });
    }

    store::Database& database;
    std::shared_ptr<Models> models;
    std::shared_ptr<index::Catalogue> catalogue;
    Mutation::Services changing;
    ModelChange model_change;
    recall::Finder finder;
    std::shared_ptr<void> subscription;
    std::shared_ptr<void> scrubbing;
};

store::Component Memory::component() {
    return {"memory", schema()};
}

Result<Memory> Memory::open(store::Database& database, Embedder& embedder,
                            std::span<Embedder* const> former) {
    auto models = open_models(database, embedder, former);
    if (!models) {
        return models.error();
    }
    return Memory{std::make_unique<Impl>(database, std::move(*models))};
}

Prepared Memory::prepare(std::vector<NewMemory> items) {
    return Prepared{
        prepare_items(std::move(items), true, impl_->models->in_use(), impl_->changing.ids)};
}

Result<Prepared> Memory::prepare(Caller const& caller, std::vector<NewMemory> items,
                                 WriteOptions const& options) {
    return impl_->prepare(caller, std::move(items), true, options);
}

store::Outcome<BatchResult> Memory::write(store::WriteTransaction& transaction,
                                          Caller const& caller,
                                          std::optional<IdempotencyKey> const& key,
                                          Prepared const& prepared, WriteOptions options) {
    auto const request = key ? request_of(prepared, options) : Hash{};
    return once<BatchResult>(
        transaction, caller, key, {"write", request},
        [&]() -> Result<BatchResult> {
            if (auto fault = check(caller)) {
                return *fault;
            }
            Mutation mutation{transaction, caller, impl_->changing};
            return write_items(mutation, prepared.impl().items, options);
        },
        [&](StoredAnswer const& answer) { return replay_batch(transaction, answer); });
}

Result<BatchResult> Memory::write_many(Caller const& caller, std::vector<NewMemory> items,
                                       WriteOptions options, std::optional<IdempotencyKey> key) {
    auto const prepared = prepare(caller, std::move(items), options);
    if (!prepared) {
        return prepared.error();
    }
    return impl_->database.write<BatchResult>([&](store::WriteTransaction& transaction) {
        return write(transaction, caller, key, *prepared, options);
    });
}

Result<Stored> Memory::write(Caller const& caller, NewMemory item,
                             std::optional<IdempotencyKey> key) {
    return write(caller, std::move(item), WriteOptions{}, std::move(key));
}

Result<Stored> Memory::write(Caller const& caller, NewMemory item, WriteOptions const& options,
                             std::optional<IdempotencyKey> key) {
    std::vector<NewMemory> items;
    items.push_back(std::move(item));
    auto const prepared = impl_->prepare(caller, std::move(items), false, options);
    if (!prepared) {
        return prepared.error();
    }
    if (auto const& fault = prepared->impl().items.front().fault) {
        return *fault;
    }
    auto result = impl_->database.write<BatchResult>([&](store::WriteTransaction& transaction) {
        return write(transaction, caller, key, *prepared, options);
    });
    if (!result) {
        return result.error();
    }
    return std::move(result->items.front());
}

Result<Prepared> Memory::prepare(Caller const& caller, MemoryId id, Patch const& patch) {
    auto const current = get(caller, id);
    if (!current) {
        return current.error();
    }
    return prepare_patch(patch, *current, impl_->models->in_use());
}

store::Outcome<Record> Memory::revise(store::WriteTransaction& transaction, Caller const& caller,
                                      std::optional<IdempotencyKey> const& key, MemoryId id,
                                      Prepared const& prepared) {
    auto const& patch = prepared.impl().patch;
    if (!patch) {
        return store::Outcome<Record>::failed(
            {ErrorKind::internal, "NOT_A_PATCH", "items were prepared, not a patch"});
    }
    auto const request =
        key ? Digest{}.add(id.value).add(prepared.impl().request()).finish() : Hash{};
    return impl_->mutate(transaction, caller, key, {"revise", request},
                         [&](Mutation& mutation) { return memory::revise(mutation, id, *patch); });
}

Result<Record> Memory::revise(Caller const& caller, MemoryId id, Patch const& patch,
                              std::optional<IdempotencyKey> key) {
    auto const prepared = prepare(caller, id, patch);
    if (!prepared) {
        return prepared.error();
    }
    return impl_->database.write<Record>([&](store::WriteTransaction& transaction) {
        return revise(transaction, caller, key, id, *prepared);
    });
}

store::Outcome<Record> Memory::supersede(store::WriteTransaction& transaction, Caller const& caller,
                                         std::optional<IdempotencyKey> const& key, MemoryId older,
                                         MemoryId newer) {
    auto const request = Digest{}.add(older.value).add(newer.value).finish();
    return impl_->mutate(transaction, caller, key, {"supersede", request}, [&](Mutation& mutation) {
        return memory::supersede(mutation, older, newer);
    });
}

Result<Record> Memory::supersede(Caller const& caller, MemoryId older, MemoryId newer,
                                 std::optional<IdempotencyKey> key) {
    return impl_->database.write<Record>([&](store::WriteTransaction& transaction) {
        return supersede(transaction, caller, key, older, newer);
    });
}

store::Outcome<Record> Memory::mark_contradiction(store::WriteTransaction& transaction,
                                                  Caller const& caller,
                                                  std::optional<IdempotencyKey> const& key,
                                                  MemoryId id, MemoryId other) {
    auto const request = Digest{}.add(id.value).add(other.value).finish();
    return impl_->mutate(transaction, caller, key, {"mark_contradiction", request},
                         [&](Mutation& mutation) { return contradict(mutation, id, other); });
}

Result<Record> Memory::mark_contradiction(Caller const& caller, MemoryId id, MemoryId other,
                                          std::optional<IdempotencyKey> key) {
    return impl_->database.write<Record>([&](store::WriteTransaction& transaction) {
        return mark_contradiction(transaction, caller, key, id, other);
    });
}

store::Outcome<Record> Memory::validate(store::WriteTransaction& transaction, Caller const& caller,
                                        std::optional<IdempotencyKey> const& key, MemoryId id,
                                        std::optional<double> confidence) {
    auto const request = Digest{}.add(id.value).add(confidence).finish();
    return impl_->mutate(transaction, caller, key, {"validate", request}, [&](Mutation& mutation) {
        return memory::validate(mutation, id, confidence);
    });
}

Result<Record> Memory::validate(Caller const& caller, MemoryId id, std::optional<double> confidence,
                                std::optional<IdempotencyKey> key) {
    return impl_->database.write<Record>([&](store::WriteTransaction& transaction) {
        return validate(transaction, caller, key, id, confidence);
    });
}

store::Outcome<Record> Memory::transition(store::WriteTransaction& transaction,
                                          Caller const& caller,
                                          std::optional<IdempotencyKey> const& key, MemoryId id,
                                          Transition event) {
    auto const action =
        event == Transition::expire ? LifecycleAction::expire : LifecycleAction::restore;
    auto const request = Digest{}.add(id.value).add(static_cast<int>(event)).finish();
    return impl_->mutate(
        transaction, caller, key, {"transition", request},
        [&](Mutation& mutation) { return memory::transition(mutation, id, action); });
}

Result<Record> Memory::transition(Caller const& caller, MemoryId id, Transition event,
                                  std::optional<IdempotencyKey> key) {
    return impl_->database.write<Record>([&](store::WriteTransaction& transaction) {
        return transition(transaction, caller, key, id, event);
    });
}

store::Outcome<Erased> Memory::erase(store::WriteTransaction& transaction, Caller const& caller,
                                     std::optional<IdempotencyKey> const& key,
                                     std::span<MemoryId const> ids) {
    Digest digest;
    for (auto const& id : ids) {
        digest.add(id.value);
    }
    return once<Erased>(
        transaction, caller, key, {"erase", digest.finish()},
        [&] {
            Mutation mutation{transaction, caller, impl_->changing};
            return memory::erase(mutation, ids);
        },
        replay_erased);
}

Result<Erased> Memory::erase(Caller const& caller, std::vector<MemoryId> ids,
                             std::optional<IdempotencyKey> key) {
    return impl_->database.write<Erased>(
        [&](store::WriteTransaction& transaction) { return erase(transaction, caller, key, ids); });
}

Result<Record> Memory::get(Caller const& caller, MemoryId id, std::optional<Timestamp> as_of) {
    return impl_->database.read<Record>([&](store::ReadTransaction& transaction) {
        return memory::get(transaction, caller, id, as_of);
    });
}

Result<Page> Memory::list(Caller const& caller, ListQuery const& query) {
    auto page = impl_->finder.list(caller, query);
    if (page) {
        for (auto& record : page->items) {
            turn_back(record, query.filter.as_of);
        }
    }
    return page;
}

Result<std::size_t> Memory::count(Caller const& caller, Filter const& filter) {
    return impl_->finder.count(caller, filter);
}

Result<std::vector<SpaceSummary>> Memory::spaces(Caller const& caller, View view) {
    return impl_->finder.spaces(caller, view);
}

Result<Recall> Memory::recall(Caller const& caller, RecallQuery const& query) {
    auto found = impl_->find([&] { return impl_->finder.recall(caller, query); });
    turn_back(found, query);
    return found;
}

Result<std::vector<NearDuplicate>> Memory::near_duplicates(Caller const& caller, NewMemory item,
                                                           NearnessLimits const& limits) {
    std::vector<NewMemory> items;
    items.push_back(std::move(item));
    auto const prepared =
        impl_->prepare(caller, std::move(items), false, {.near = {{.limits = limits}}});
    if (!prepared) {
        return prepared.error();
    }
    auto const& only = prepared->impl().items.front();
    if (only.fault) {
        return *only.fault;
    }
    std::vector<NearDuplicate> found;
    for (auto const& candidate : only.near) {
        found.push_back(candidate.near);
    }
    return found;
}

Result<std::vector<Result<Recall>>> Memory::recall_many(Caller const& caller,
                                                        std::span<RecallQuery const> queries) {
    auto answers = impl_->find([&] { return impl_->finder.recall_many(caller, queries); });
    if (answers) {
        for (std::size_t i = 0; i < queries.size(); ++i) {
            turn_back((*answers)[i], queries[i]);
        }
    }
    return answers;
}

Result<ContextWindow> Memory::context_window(Caller const& caller, ContextQuery const& query,
                                             TokenCounter const& counter) {
    auto window = impl_->find([&] { return impl_->finder.context_window(caller, query, counter); });
    if (window) {
        for (auto& item : window->items) {
            turn_back(item.hit.memory, query.recall.filter.as_of);
        }
    }
    return window;
}

Result<ExportSnapshot> Memory::begin_export(Caller const& caller,
                                            std::vector<std::string> const& spaces,
                                            std::optional<std::int64_t> snapshot) {
    if (auto fault = check_spaces(spaces)) {
        return *fault;
    }
    return impl_->database.read<ExportSnapshot>(
        [&](store::ReadTransaction& transaction) -> Result<ExportSnapshot> {
            return memory::begin_export(transaction, caller, spaces, snapshot);
        });
}

Result<std::vector<Record>> Memory::export_page(Caller const& caller,
                                                std::vector<std::string> const& spaces,
                                                std::int64_t snapshot, std::int64_t after,
                                                std::size_t limit) {
    if (auto fault = check_spaces(spaces)) {
        return *fault;
    }
    return impl_->database.read<std::vector<Record>>(
        [&](store::ReadTransaction& transaction) -> Result<std::vector<Record>> {
            return memory::export_page(transaction, caller, spaces, snapshot, after, limit);
        });
}

Result<std::vector<store::LoggedChange>> Memory::changes(Caller const& caller, std::int64_t after,
                                                         std::size_t limit) {
    return visible_changes(impl_->database, caller, after, limit);
}

Result<std::size_t> Memory::embed_pending(std::size_t limit) {
    return memory::embed_pending(impl_->database, impl_->changing, limit);
}

Result<std::size_t> Memory::continue_model_change(std::size_t limit) {
    return impl_->model_change.step(limit);
}

Result<EmbeddingStatus> Memory::embedding_status() {
    return impl_->database.read<EmbeddingStatus>(
        [&](store::ReadTransaction& transaction) -> Result<EmbeddingStatus> {
            return memory::embedding_status(transaction, impl_->models->in_use());
        });
}

ServingModel Memory::serving_model() const {
    auto const used = impl_->models->in_use();
    return {used.serving->id, used.serving->dimension, used.serving->embedder != nullptr,
            used.incoming != nullptr};
}

Result<std::vector<std::string>> Memory::inspect() {
    return impl_->database.read<std::vector<std::string>>(
        [&](store::ReadTransaction& transaction) -> Result<std::vector<std::string>> {
            auto problems = inspect_records(transaction, impl_->models->in_use());
            auto const cached = impl_->catalogue->inspect(transaction);
            problems.insert(problems.end(), cached.begin(), cached.end());
            return problems;
        });
}

void Memory::limit_index_memory(std::size_t bytes) noexcept {
    impl_->catalogue->limit_memory(bytes);
}

IndexStatistics Memory::index_statistics() const {
    return impl_->catalogue->statistics();
}

Memory::Memory(std::unique_ptr<Impl> impl) noexcept
    : impl_(std::move(impl)) {}

Memory::Memory(Memory&&) noexcept = default;
Memory& Memory::operator=(Memory&&) noexcept = default;
Memory::~Memory() = default;

} // namespace loci::memory
