#include "systems.hpp"

#include <loci/loci.hpp>
#include <map>

namespace loci::bench {
namespace {

class InProcess final : public LibrarySystem {
public:
    explicit InProcess(Loci loci)
        : loci_(std::move(loci)) {}

    void use(memory::RecallProfile const& profile) override { profile_ = profile; }

    Result<store::Done> store(Conversation const& conversation) override {
        for (auto const& turn : conversation.turns) {
            auto const written = loci_.in({.space = conversation.name, .session = turn.session})
                                     .write({.content = turn.text,
                                             .sequence = turn.sequence,
                                             .speaker = turn.speaker,
                                             .valid_from = parse_rfc3339(turn.occurred_at)});
            if (!written) {
                return written.error();
            }
            turns_.emplace(written->id, turn.id);
        }
        return store::Done{};
    }

    Result<std::vector<std::string>> rank(Conversation const& conversation,
                                          Question const& question, std::size_t limit) override {
        memory::RecallQuery query{.query = question.text, .limit = limit, .profile = profile_};
        auto const answer = loci_.in({.space = conversation.name}).recall(query);
        if (!answer) {
            return answer.error();
        }
        std::vector<std::string> ranked;
        for (auto const& hit : *answer) {
            ranked.push_back(turns_.at(hit.memory.id));
        }
        return ranked;
    }

private:
    Loci loci_;
    memory::RecallProfile profile_;
    std::map<memory::MemoryId, std::string> turns_;
};

} // namespace

Result<std::unique_ptr<LibrarySystem>> library_system(std::filesystem::path const& directory) {
    auto opened = open({.directory = directory});
    if (!opened) {
        return opened.error();
    }
    return std::make_unique<InProcess>(std::move(*opened));
}

} // namespace loci::bench
