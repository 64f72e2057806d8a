#include "fixture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <random>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

/// A seeded history of every mutation by three callers, and what must hold after each part of it.
class History {
public:
    explicit History(unsigned seed)
        : random_(seed) {}

    void run() {
        for (int part = 0; part < 8; ++part) {
            for (int step = 0; step < 30; ++step) {
                act();
            }
            remember();
            check();
        }
        erase_everything();
    }

private:
    struct Known {
        std::string tenant;
        std::string user;
        bool shared = false;
    };

    struct Moment {
        Timestamp at;
        std::map<MemoryId, Record> records;
    };

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

    bool one_in(unsigned count) { return below(count) == 0; }

    std::string text() {
        constexpr std::array words{"tea",  "coffee", "door",
                                   "open", "shut",   "\xE6\x97\xA5\xE6\x9C\xAC"};
        std::string text = words[below(words.size())];
        for (auto more = below(4); more > 0; --more) {
            text += std::string{" "} + words[below(words.size())];
        }
        return text;
    }

    MemoryId some_id() {
        return ids_.empty() ? MemoryId{fixture_.environment.ids->random()}
                            : ids_[below(static_cast<unsigned>(ids_.size()))];
    }

    std::optional<IdempotencyKey> some_key() {
        return one_in(2) ? std::optional{IdempotencyKey{std::to_string(below(60))}} : std::nullopt;
    }

    NewMemory some_item() {
        NewMemory item{.content = text()};
        constexpr std::array spaces{"default", "work", "team:x"};
        item.scope.space = spaces[below(spaces.size())];
        item.scope.session = one_in(2) ? std::optional<std::string>{"talk"} : std::nullopt;
        item.title = one_in(3) ? std::optional{text()} : std::nullopt;
        if (one_in(4)) {
            item.created_at = fixture_.environment.clock.now() - std::chrono::hours{1 + below(50)};
            item.stamps = ImportedStamps{.superseded_at = *item.created_at - a_while,
                                         .superseded_by = some_id(),
                                         .expired_at = *item.created_at + a_while};
        }
        item.supersedes = one_in(6) ? std::optional{some_id()} : std::nullopt;
        if (one_in(4)) {
            item.derived_from = {some_id()};
        }
        return item;
    }

    bool sees(Caller const& caller, MemoryId id) const {
        auto const known = known_.find(id);
        return known != known_.end() && known->second.tenant == caller.tenant &&
               (known->second.shared || known->second.user == caller.user);
    }

    /// Whether a call about memories that the caller does not see was refused, and tells nothing.
    template <class T>
    void check_refusal(Caller const& caller, std::vector<MemoryId> const& about,
                       Result<T> const& result) {
        for (auto const id : about) {
            if (!sees(caller, id)) {
                auto const reason = reason_of(result);
                CHECK((reason == "MEMORY_NOT_FOUND" || reason == "IDEMPOTENCY_KEY_REUSED"));
            }
        }
    }

    void write(Caller const& caller) {
        std::vector<NewMemory> items;
        for (auto count = below(4); count > 0; --count) {
            items.push_back(some_item());
        }
        WriteOptions const options{.mode = one_in(2) ? WriteMode::all : WriteMode::each,
                                   .duplicates = one_in(2) ? DuplicateRule::store
                                                           : DuplicateRule::return_existing};
        auto const result = fixture_.memory->write_many(caller, items, options, some_key());
        if (!result) {
            CHECK(reason_of(result) == "IDEMPOTENCY_KEY_REUSED");
            return;
        }
        for (auto const& item : result->items) {
            if (item) {
                auto const& record = item->memory;
                known_[record.id] = {record.tenant, record.user, record.scope.space == "team:x"};
                ids_.push_back(record.id);
            }
        }
    }

    void revise(Caller const& caller, MemoryId id) {
        Patch patch;
        patch.content = one_in(2) ? std::optional{text()} : std::nullopt;
        patch.importance = one_in(3) ? std::optional{std::optional{0.5}} : std::nullopt;
        patch.tags = one_in(3) ? std::optional{std::vector<std::string>{"tag"}} : std::nullopt;
        check_refusal(caller, {id}, fixture_.memory->revise(caller, id, patch, some_key()));
    }

    void stamp(Caller const& caller, MemoryId id, MemoryId other) {
        auto& memory = *fixture_.memory;
        switch (below(4)) {
        case 0:
            check_refusal(caller, {id, other}, memory.supersede(caller, id, other, some_key()));
            break;
        case 1:
            check_refusal(caller, {id, other},
                          memory.mark_contradiction(caller, id, other, some_key()));
            break;
        case 2:
            check_refusal(caller, {id},
                          memory.validate(caller, id, 0.5 * (1 + below(2)), some_key()));
            break;
        default:
            auto const event = one_in(2) ? Transition::expire : Transition::restore;
            check_refusal(caller, {id}, memory.transition(caller, id, event, some_key()));
        }
    }

    void erase(Caller const& caller, MemoryId id) {
        auto const erased = fixture_.memory->erase(caller, {id});
        check_refusal(caller, {id}, erased);
        if (erased) {
            known_.erase(id);
        }
    }

    void act() {
        fixture_.environment.clock.advance(std::chrono::seconds{below(100)});
        auto const& caller = *callers_[one_in(2) ? 0 : below(3)];
        auto const choice = below(20);
        if (choice < 6) {
            write(caller);
        } else if (choice < 10) {
            revise(caller, some_id());
        } else if (choice < 16) {
            stamp(caller, some_id(), some_id());
        } else if (choice < 18) {
            erase(caller, some_id());
        } else if (choice == 18) {
            fixture_.embedder.reachable = one_in(2);
            static_cast<void>(fixture_.memory->embed_pending(3));
        } else if (one_in(3)) {
            fixture_.open();
        }
    }

    void remember() {
        Moment moment;
        for (auto const& [id, known] : known_) {
            moment.records.emplace(
                id, fixture_.memory->get({.tenant = known.tenant, .user = known.user}, id).value());
        }
        fixture_.environment.clock.advance(a_while);
        moment.at = fixture_.environment.clock.now();
        moments_.push_back(std::move(moment));
        fixture_.environment.clock.advance(a_while);
    }

    void check() {
        CHECK(fixture_.problems() == std::vector<std::string>{});
        for (auto const* caller : callers_) {
            auto const visible = static_cast<std::size_t>(
                std::count_if(known_.begin(), known_.end(),
                              [&](auto const& known) { return sees(*caller, known.first); }));
            CHECK(fixture_.memory->count(*caller, {.view = View::everything()}).value() == visible);
            CHECK(fixture_.memory->begin_export(*caller, {}).value().total == visible);
            for (auto const id : ids_) {
                CHECK(fixture_.memory->get(*caller, id).has_value() == sees(*caller, id));
            }
            for (auto const& moment : moments_) {
                check_moment(*caller, moment);
            }
        }
    }

    /// What is read as of an instant is what was read then, whichever way it is read.
    void check_moment(Caller const& caller, Moment const& moment) {
        Filter const filter{.view = View::everything(), .as_of = moment.at};
        for (auto const& listed :
             fixture_.memory->list(caller, {.filter = filter, .limit = limits::results})
                 .value()
                 .items) {
            CHECK(sees(caller, listed.id));
            CHECK(fixture_.memory->get(caller, listed.id, moment.at).value() == listed);
            auto const then = moment.records.find(listed.id);
            if (then != moment.records.end()) {
                CHECK(then->second.content == listed.content);
                CHECK(then->second.revision == listed.revision);
                CHECK(
                    (!listed.superseded_at || listed.superseded_at == then->second.superseded_at));
                CHECK(listed.updated_at <= moment.at);
            }
        }
        for (auto const& [id, record] : moment.records) {
            CHECK(fixture_.memory->get(caller, id, moment.at).has_value() == sees(caller, id));
        }
    }

    void erase_everything() {
        for (auto const* caller : callers_) {
            std::vector<MemoryId> own;
            for (auto const& [id, known] : known_) {
                if (known.tenant == caller->tenant && known.user == caller->user) {
                    own.push_back(id);
                }
            }
            CHECK(fixture_.memory->erase(*caller, own).value().memories == own.size());
        }
        for (auto const table :
             {store::Sql{"SELECT count(*) FROM revision"},
              store::Sql{"SELECT count(*) FROM vector"},
              store::Sql{"SELECT count(*) FROM stem_tally"},
              store::Sql{"SELECT count(*) FROM space"}, store::Sql{"SELECT count(*) FROM episode"},
              store::Sql{"SELECT count(*) FROM stored_answer"}}) {
            CHECK(fixture_.number(table) == 0);
        }
        CHECK(fixture_.problems() == std::vector<std::string>{});
    }

    std::mt19937 random_;
    RecordsFixture fixture_;
    std::array<Caller const*, 3> callers_{&fixture_.alice, &fixture_.bob, &fixture_.stranger};
    std::map<MemoryId, Known> known_; ///< what is not erased
    std::vector<MemoryId> ids_;       ///< erased ones too
    std::vector<Moment> moments_;
};

} // namespace

TEST_CASE("any history leaves words, views and the past in order", "[memory][history]") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        History{seed}.run();
    }
}
