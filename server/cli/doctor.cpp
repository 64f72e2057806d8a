#include "cli/commands.hpp"
#include "cli/host.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <ostream>

namespace loci::cli {
namespace {

struct Diagnosis {
    store::Inspection store;
    std::vector<std::string> problems; ///< the store's and the memory's
    std::optional<memory::EmbeddingStatus> embedding{};
};

Result<Diagnosis> examine(Context const& context) {
    auto const host =
        Host::open({.directory = context.settings.data, .create = false, .read_only = true},
                   context.environment);
    if (!host) {
        return host.error();
    }
    auto inspection = (*host)->database().inspect();
    if (!inspection) {
        return inspection.error();
    }
    Diagnosis diagnosis{*inspection, inspection->problems, {}};
    // Rows of a damaged file say nothing about the words and vectors made from them.
    if (diagnosis.problems.empty()) {
        auto const found = (*host)->memory().inspect();
        if (!found) {
            return found.error();
        }
        diagnosis.problems = *found;
        auto const embedding = (*host)->memory().embedding_status();
        if (!embedding) {
            return embedding.error();
        }
        diagnosis.embedding = *embedding;
    }
    return diagnosis;
}

boost::json::value embedding_json(Diagnosis const& diagnosis) {
    if (!diagnosis.embedding) {
        return nullptr;
    }
    auto const& embedding = *diagnosis.embedding;
    boost::json::object json{{"model", embedding.serving},
                             {"dimension", embedding.dimension},
                             {"pending", embedding.pending}};
    if (embedding.incoming) {
        json["incoming"] = *embedding.incoming;
        json["embedded"] = embedding.embedded;
        json["revisions"] = embedding.revisions;
    }
    return json;
}

std::string embedding_text(memory::EmbeddingStatus const& embedding) {
    auto text = fmt::format("Model        {}", printable(embedding.serving));
    if (embedding.pending > 0) {
        text += fmt::format(", {} texts wait for their vectors", embedding.pending);
    }
    if (embedding.incoming) {
        text +=
            fmt::format("\nNext model   {}, {} of {} texts embedded",
                        printable(*embedding.incoming), embedding.embedded, embedding.revisions);
    }
    return text + "\n";
}

void print(Diagnosis const& diagnosis, Context const& context) {
    auto const healthy = diagnosis.problems.empty();
    auto const directory = context.settings.data.string();
    if (context.json) {
        print_json(context.console, {{"healthy", healthy},
                                     {"directory", directory},
                                     {"sizeBytes", diagnosis.store.size_bytes},
                                     {"lastChange", diagnosis.store.last_change},
                                     {"embedding", embedding_json(diagnosis)},
                                     {"problems", boost::json::array(diagnosis.problems.begin(),
                                                                     diagnosis.problems.end())}});
        return;
    }
    auto& out = context.console.out;
    out << fmt::format("Directory    {}\nSize         {:.1f} MiB\nLast change  {}\n", directory,
                       static_cast<double>(diagnosis.store.size_bytes) / (1024 * 1024),
                       diagnosis.store.last_change);
    if (diagnosis.embedding) {
        out << embedding_text(*diagnosis.embedding);
    }
    for (auto const& problem : diagnosis.problems) {
        out << "Problem      " << printable(problem) << '\n';
    }
    out << (healthy ? "Verdict      healthy: pages, links, words and vectors agree\n"
                    : "Verdict      DAMAGED: stop the server, keep a copy of the directory, and "
                      "restore a backup\n");
}

} // namespace

ExitCode run(DoctorCommand const&, Context const& context) {
    auto diagnosis = examine(context);
    if (!diagnosis && diagnosis.error().kind == ErrorKind::corrupt) {
        diagnosis = Diagnosis{{}, {diagnosis.error().message}, {}};
    }
    if (!diagnosis) {
        return fail(context.console, diagnosis.error());
    }
    print(*diagnosis, context);
    return diagnosis->problems.empty() ? ExitCode::success : ExitCode::failure;
}

} // namespace loci::cli
