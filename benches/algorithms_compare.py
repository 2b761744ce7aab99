"""NetworKit, igraph and kagraph on the very same graph, in one go: seconds, ratios, and whether the answers agree.

    python3 -m venv venv && venv/bin/pip install numpy scipy networkit igraph
    venv/bin/python benches/algorithms_compare.py FOLDER [--scale 19] [--threads 2] [--profile release] [--only leiden,cores]

kagraph's bench draws an R-MAT graph from a seed, writes links and answers into FOLDER, and NetworKit and igraph read them
from there. Two times are printed: by the clock, and of all threads together, which says more where others use the
machine too. A ratio is the faster of the two others over kagraph. The exit code is 1 when answers differ.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import igraph
import networkit
import numpy
from scipy.sparse import coo_matrix

REPOSITORY = Path(__file__).resolve().parent.parent


class Comparison:
    def __init__(self, only):
        self.only, self.rows, self.faults = only, [], []

    def asks_for(self, name):
        return not self.only or any(name.startswith(only) for only in self.only)

    def measure(self, run):
        """The result, seconds by the clock, seconds of all threads."""
        clock, processor = time.perf_counter(), time.process_time()
        result = run()
        return result, time.perf_counter() - clock, time.process_time() - processor

    def check(self, name, is_same, found):
        print(f"  {'agrees' if is_same else 'DIFFERS'}: {name}: {found}", flush=True)
        if not is_same:
            self.faults.append(name)


def run_kagraph(folder, arguments):
    command = ["cargo", "bench", "--profile", arguments.profile, "--bench", "algorithms", "--"]
    command += ["--scale", str(arguments.scale), "--runs", "1", "--folder", str(folder)]
    if arguments.only:
        command += ["--only", arguments.only]
    environment = os.environ | {"RAYON_NUM_THREADS": str(arguments.threads)}
    (folder / "kagraph.json").unlink(missing_ok=True)
    subprocess.run(command, cwd=REPOSITORY, env=environment)  # it fails also where a memory estimate is wrong
    return json.loads((folder / "kagraph.json").read_text())


def numbers(folder, name):
    return numpy.fromfile(folder / name, dtype="<f8")


def run(algorithm):
    algorithm.run()
    return algorithm


def cases(folder, ours, in_networkit, in_igraph, weighted, small, directed):
    """Name in kagraph's bench, call in NetworKit, call in igraph, and whether a result agrees with ours.

    Betweenness from drawn nodes is not compared, as each library draws others; exact betweenness is. Neither library has
    FastRP with nearest vectors, set cover, or PageRanks of many seed sets at once; NetworKit has no dominators,
    articulation points, personalised PageRank, k cheapest simple paths, or likest nodes.
    """
    n = in_igraph.vcount()
    answer = lambda name: ours["answers"][name]
    gap = lambda found, name: float(numpy.abs(numpy.asarray(found) - numbers(folder, name)).max())
    vectors = lambda name, tolerance: lambda found: gap(found, name) < tolerance
    centrality, components = networkit.centrality, networkit.components
    pagerank = lambda: to_one(run(centrality.PageRank(in_networkit, 0.85, 1e-8)).scores())
    return [
        ("components", lambda: run(components.ConnectedComponents(in_networkit)).numberOfComponents(),
         lambda: len(in_igraph.connected_components()), lambda found: found == answer("components")),
        ("core numbers", lambda: run(centrality.CoreDecomposition(in_networkit)).scores(),
         lambda: in_igraph.coreness(), vectors("cores", 0.5)),
        ("bridges", lambda: n_bridges(in_networkit), lambda: len(in_igraph.bridges()),
         lambda found: found is None or found == answer("bridges")),
        ("articulation points", None, lambda: len(in_igraph.articulation_points()),
         lambda found: found == answer("articulation points")),
        ("strongly connected components",
         lambda: run(components.StronglyConnectedComponents(directed[0])).numberOfComponents(),
         lambda: len(directed[1].connected_components(mode="strong")),
         lambda found: found == answer("strongly connected components")),
        ("dominators", None, lambda: dominators(directed[1].dominator(0, mode="out")), vectors("dominators", 0.5)),
        ("personalised pagerank", None,
         lambda: in_igraph.personalized_pagerank(reset_vertices=[0, 31, 62]), vectors("personalised", 1e-7)),
        ("pagerank", pagerank, lambda: in_igraph.pagerank(), vectors("pagerank", 1e-7)),
        ("clustering coefficients", lambda: run(centrality.LocalClusteringCoefficient(in_networkit, True)).scores(),
         lambda: in_igraph.transitivity_local_undirected(mode="zero"), vectors("clustering", 1e-9)),
        ("breadth-first levels", lambda: levels(run(networkit.distance.BFS(in_networkit, 0, False)).getDistances(), n),
         lambda: levels(in_igraph.distances(0)[0], n), vectors("levels", 0.5)),
        ("shortest paths", lambda: run(networkit.distance.Dijkstra(weighted[0], 0, False)).getDistances(),
         lambda: weighted[1].distances(0, weights="weight")[0], distances(numbers(folder, "distances"))),
        ("3 cheapest paths from one node to another", None,
         lambda: path_costs(weighted[1], 0, 5003 % n, 3), lambda found: numpy.allclose(found, numbers(folder, "path_costs"))),
        ("the 10 likest of each by Jaccard, small", None,
         lambda: likest(small[1].similarity_jaccard(loops=False), range(small[1].vcount())), vectors("jaccard", 1e-9)),
        ("the 10 likest of 16 by Adamic-Adar", None,
         lambda: likest(in_igraph.similarity_inverse_log_weighted(drawn(n)), drawn(n)), vectors("adamic_adar", 1e-9)),
        ("leiden", lambda: partition(run(networkit.community.ParallelLeiden(in_networkit)), in_networkit),
         lambda: in_igraph.community_leiden("modularity", n_iterations=2).modularity,
         lambda found: found <= answer("leiden: modularity") + 5e-4),
        ("leiden", lambda: partition(run(networkit.community.PLM(in_networkit, False)), in_networkit),
         lambda: in_igraph.community_multilevel().modularity,
         lambda found: found <= answer("leiden: modularity") + 5e-4),
        ("label propagation, until it settles", lambda: partition(run(networkit.community.PLP(in_networkit)), in_networkit),
         None, lambda found: found <= answer("label propagation: modularity") + 5e-2),
        ("betweenness from 64 nodes",
         lambda: run(centrality.EstimateBetweenness(in_networkit, 64, False, True)).scores(), None,
         None),
        ("exact betweenness, small", lambda: run(centrality.Betweenness(small[0])).scores(),
         lambda: small[1].betweenness(), in_proportion(numbers(folder, "exact_betweenness"))),
        ("exact closeness, small", lambda: run(centrality.HarmonicCloseness(small[0], True)).scores(),
         lambda: small[1].harmonic_centrality(), in_proportion(numbers(folder, "exact_harmonic"))),
    ]


def to_one(ranks):
    """Ranks that sum to 1: NetworKit loses what nodes without links hold; of an undirected graph the rest stays in proportion."""
    return numpy.asarray(ranks) / numpy.sum(ranks)


def dominators(found):
    """Each node's dominator; 2^32 - 1 for the root, of which igraph says -1, and for what is not reached, -2 or NaN."""
    found = numpy.asarray(found, dtype=float)
    return numpy.where(found >= 0, found, 2.0**32 - 1)


def path_costs(graph, source, target, k):
    found = graph.get_k_shortest_paths(source, target, k=k, weights="weight", output="epath")
    return [sum(graph.es[link]["weight"] for link in path) for path in found]


def drawn(n):
    """The nodes that kagraph's bench looks at."""
    return [node * 251 % n for node in range(16)]


def likest(rows, nodes):
    """The ten greatest similarities of each node with others."""
    found = []
    for row, node in zip(rows, nodes):
        row = numpy.asarray(row)
        row[node] = 0.0
        found.append(-numpy.sort(-row)[:10])
    return numpy.concatenate(found)


def n_bridges(graph):
    """Bridges are the biconnected components of two nodes."""
    found = run(networkit.components.BiconnectedComponents(graph))
    return sum(1 for nodes in found.getComponents() if len(nodes) == 2)


def partition(algorithm, graph):
    return networkit.community.Modularity().getQuality(algorithm.getPartition(), graph)


def levels(found, n):
    found = numpy.asarray(found)
    return numpy.where(found > n, 2.0**32 - 1, found)


def distances(expected):
    def agree(found):
        found = numpy.asarray(found)
        reached = numpy.isfinite(expected)
        return bool(numpy.allclose(found[reached], expected[reached], rtol=1e-9) and (found[~reached] > 1e300).all())
    return agree


def in_proportion(expected):
    """Whether scores are the expected ones but for a common factor: libraries count pairs once or twice."""
    def agree(found):
        found = numpy.asarray(found)
        return bool(numpy.allclose(found / found.sum(), expected / expected.sum(), rtol=1e-9, atol=1e-15))
    return agree


def graphs(path, n_nodes, weights=None, is_directed=False):
    """The links of a file in NetworKit and in igraph."""
    links = numpy.fromfile(path, dtype="<u4").reshape(-1, 2)
    values = numpy.ones(len(links)) if weights is None else weights
    matrix = coo_matrix((values, (links[:, 0], links[:, 1])), shape=(n_nodes, n_nodes))
    in_networkit = networkit.GraphFromCoo(matrix, n=n_nodes, weighted=weights is not None, directed=is_directed)
    attributes = {} if weights is None else {"weight": weights}
    return in_networkit, igraph.Graph(n=n_nodes, edges=links, edge_attrs=attributes, directed=is_directed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, default=19)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--profile", default="release")
    parser.add_argument("--only", default="", help="names of algorithms begin with one of these")
    parser.add_argument("--keep", action="store_true", help="take kagraph's answers that are in the folder already")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    ours = json.loads((arguments.folder / "kagraph.json").read_text()) if arguments.keep else run_kagraph(arguments.folder, arguments)
    networkit.setNumberOfThreads(arguments.threads)
    folder, n_nodes = arguments.folder, ours["n_nodes"]
    in_networkit, in_igraph = graphs(folder / "links", n_nodes)
    weighted = graphs(folder / "links", n_nodes, numbers(folder, "weights"))
    small = graphs(folder / "small_links", 1 << 11)
    directed = graphs(folder / "arcs", n_nodes, is_directed=True)
    comparison = Comparison([name for name in arguments.only.split(",") if name])
    print(f"\n{in_igraph.vcount()} nodes, {in_igraph.ecount()} links, {arguments.threads} threads; seconds by the clock (of all threads)")
    for name, of_networkit, of_igraph, agrees in cases(folder, ours, in_networkit, in_igraph, weighted, small, directed):
        if comparison.asks_for(name) and name in ours["seconds"]:
            compare(comparison, ours, name, (of_networkit, of_igraph), agrees)
    print(f"\n{'':<38} {'kagraph':>16} {'NetworKit':>16} {'igraph':>16} {'ratio':>14}")
    print("\n".join(comparison.rows))
    for line in ours["misjudged"]:
        print(f"memory misjudged: {line}")
    if comparison.faults:
        sys.exit(f"answers differ: {', '.join(comparison.faults)}")


def compare(comparison, ours, name, calls, agrees):
    own = (ours["seconds"][name], ours["processor_seconds"][name])
    found = []
    for library, call in zip(("NetworKit", "igraph"), calls):
        if call is None:
            continue
        result, clock, processor = comparison.measure(call)
        shown = f"{result:.6g}" if isinstance(result, (int, float)) else f"{len(result)} numbers" if result is not None else "not asked"
        if agrees is not None:
            comparison.check(f"{name}, {library}", bool(agrees(result)), shown)
        found.append((library, clock, processor))
    column = lambda library: next((f"{clock:.3f} ({processor:.2f})" for other, clock, processor in found if other == library), "-")
    best = [min(times) / max(own_time, 0.005) for times, own_time in zip(list(zip(*found))[1:], own)]
    ratio = f"{best[0]:.1f}× ({best[1]:.1f}×)"
    comparison.rows.append(f"{name:<38} {f'{own[0]:.3f} ({own[1]:.2f})':>16} {column('NetworKit'):>16} {column('igraph'):>16} {ratio:>14}")


if __name__ == "__main__":
    main()
