// swift-tools-version: 6.1
import PackageDescription

// Measurements, apart from the product so that it does not depend on the measuring instrument.
// `make bench` runs them; docs/benchmarks.md says what they measure and what came out.

func measured(_ name: String, by rooms: [String]) -> Target {
  .executableTarget(
    name: name,
    dependencies: ["ScrapeBodies", .product(name: "Benchmark", package: "benchmark")]
      + rooms.map { .product(name: $0, package: "finops") },
    path: "Benchmarks/\(name)",
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "finops", path: ".."),
    .package(
      url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .target(
      name: "ScrapeBodies",
      dependencies: [.product(name: "FleetModel", package: "finops")]),
    // Exporters in a process of their own, so that what they cost is not counted.
    .systemLibrary(name: "CEpoll"),
    .executableTarget(name: "ExporterFleet", dependencies: ["CEpoll", "ScrapeBodies"]),
    measured("Plan", by: ["CostModel", "FleetModel", "Planner"]),
    measured("Collect", by: ["Collectors", "FleetModel"]),
    measured(
      "CollectToCommit",
      by: [
        "Collectors", "CurlTransport", "EmbeddedPostgres", "FleetModel", "Ports",
        "PostgresStore",
      ]),
  ],
  // The instrument's default configuration is a global that language mode 6 refuses to set.
  swiftLanguageModes: [.v5])
