// swift-tools-version: 6.2
import PackageDescription

// The house. A room is one line: its name, the rooms it may import, the libraries it uses.
// Together the lines are the dependency table; Tests/HouseTests holds the sources to it.
//
// FINOPS_ROOM=Planner swift test    builds and tests that room alone (CONTRIBUTING.md).

/// Settings every room has: warnings are errors, unsafe code says so, imports stay private.
let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library a room may use: the product and the package it comes from.
enum Library: String {
  case ArgumentParser, Crypto, CryptoExtras, HdrHistogram = "Histogram", Hummingbird
  case HTTPTypes, HummingbirdCore, Logging, Metrics, Mustache, NIOCore, NIOHTTP1, NIOPosix
  case ServiceLifecycle, UnixSignals, XMLCoder, Yams

  var package: String {
    switch self {
    case .ArgumentParser: "swift-argument-parser"
    case .Crypto, .CryptoExtras: "swift-crypto"
    case .HdrHistogram: "hdrhistogram-swift"
    case .Hummingbird, .HummingbirdCore: "hummingbird"
    case .HTTPTypes: "swift-http-types"
    case .Logging: "swift-log"
    case .Metrics: "swift-metrics"
    case .Mustache: "swift-mustache"
    case .NIOCore, .NIOHTTP1, .NIOPosix: "swift-nio"
    case .ServiceLifecycle, .UnixSignals: "swift-service-lifecycle"
    case .XMLCoder: "XMLCoder"
    case .Yams: "Yams"
    }
  }

  var dependency: Target.Dependency { .product(name: rawValue, package: package) }
}

let core = ["FleetModel", "CostModel", "Planner"]

/// `tests` names rooms only the room's tests may import, to meet a real counterpart.
func room(
  _ name: String, may rooms: [String] = [], uses libraries: [Library] = [],
  tests: [String] = []
) -> [Target] {
  let dependencies = rooms.map { Target.Dependency(stringLiteral: $0) }
  return [
    .target(
      name: name, dependencies: dependencies + libraries.map(\.dependency),
      swiftSettings: swiftSettings),
    .testTarget(
      name: name + "Tests",
      dependencies: [.init(stringLiteral: name)] + dependencies + libraries.map(\.dependency)
        + tests.map { .init(stringLiteral: $0) }
        + (name == "FleetModel" || name == "TestSupport" ? [] : ["TestSupport"]),
      swiftSettings: swiftSettings),
  ]
}

func clibrary(_ name: String, pkgConfig: String, apt: String) -> [Target] {
  [.systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])]
}

let rooms: [[Target]] = [
  clibrary("CLibCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
  clibrary("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),

  // The core: values and functions only.
  room("FleetModel"),
  room("CostModel", may: ["FleetModel"]),
  room("Planner", may: ["FleetModel", "CostModel"]),
  room("Simulator", may: core),
  room("Reports", may: core + ["Simulator"]),

  // The doors of the core, and what stands behind them.
  room("Ports", may: core),
  room("Collectors", may: core + ["Ports"]),
  room(
    "Clouds", may: core + ["Ports"], uses: [.Crypto, .CryptoExtras, .XMLCoder, .Yams],
    tests: ["DemoFleet", "CurlTransport"]),
  room("CurlTransport", may: ["FleetModel", "Ports", "CLibCurl"]),
  room("PostgresStore", may: core + ["Ports", "CLibPQ"], tests: ["EmbeddedPostgres"]),
  room("EmbeddedPostgres", may: ["FleetModel", "Ports"]),
  room("Notifiers", may: core + ["Ports"], uses: [.Crypto]),

  // The shell.
  room("Settings", may: core, uses: [.Yams]),
  room(
    "Controller", may: core + ["Ports"], uses: [.ServiceLifecycle, .Logging, .Metrics, .Crypto]),
  room(
    "API", may: core + ["Ports", "Reports"],
    uses: [.Crypto, .Hummingbird, .HummingbirdCore, .Logging, .Mustache, .ServiceLifecycle]),
  room(
    "InferenceBench", may: core + ["Ports"], uses: [.NIOCore, .NIOPosix, .NIOHTTP1, .HdrHistogram]),
  room(
    "DemoFleet", may: core + ["Ports", "Simulator"],
    uses: [
      .Crypto, .HTTPTypes, .HummingbirdCore, .Logging, .NIOCore, .NIOPosix, .ServiceLifecycle,
    ]),

  // Shared by tests: virtual time, builders, conformance suites.
  [
    .target(
      name: "TestSupport", dependencies: ["FleetModel", "CostModel", "Planner", "Ports"],
      path: "Tests/TestSupport", swiftSettings: swiftSettings),
    .testTarget(name: "HouseTests", swiftSettings: swiftSettings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: core.map { .init(stringLiteral: $0) } + [
        "TestSupport", "Ports", "Simulator", "Reports", "DemoFleet", "Controller", "Clouds",
        "CurlTransport", "EmbeddedPostgres", "PostgresStore",
      ],
      swiftSettings: swiftSettings),
  ],

  // The door to the street: composition root and command line.
  [
    .executableTarget(
      name: "finops",
      dependencies: [
        "FleetModel", "CostModel", "Planner", "Simulator", "Reports", "Ports", "Collectors",
        "Clouds", "CurlTransport", "PostgresStore", "EmbeddedPostgres", "Notifiers",
        "Settings", "Controller", "API", "InferenceBench", "DemoFleet",
        Library.ArgumentParser.dependency, Library.ServiceLifecycle.dependency,
        Library.UnixSignals.dependency,
        Library.Logging.dependency, Library.Metrics.dependency,
      ],
      swiftSettings: swiftSettings)
  ],
]

/// The targets needed for one room and its tests; all of them when no room is asked for.
func chosen(from all: [Target]) -> [Target] {
  guard let only = Context.environment["FINOPS_ROOM"] else { return all }
  var names: Set<String> = [only, only + "Tests"]
  var grew = true
  while grew {
    let before = names.count
    for target in all where names.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { names.insert(name) }
    }
    grew = names.count > before
  }
  return all.filter { names.contains($0.name) }
}

let package = Package(
  name: "finops",
  products: Context.environment["FINOPS_ROOM"] == nil
    ? [
      .executable(name: "finops", targets: ["finops"]),
      // For Benchmarks/, which is a package of its own.
      .library(name: "FleetModel", targets: ["FleetModel"]),
      .library(name: "CostModel", targets: ["CostModel"]),
      .library(name: "Planner", targets: ["Planner"]),
      .library(name: "Ports", targets: ["Ports"]),
      .library(name: "Collectors", targets: ["Collectors"]),
      .library(name: "CurlTransport", targets: ["CurlTransport"]),
      .library(name: "PostgresStore", targets: ["PostgresStore"]),
      .library(name: "EmbeddedPostgres", targets: ["EmbeddedPostgres"]),
    ] : [],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: chosen(from: rooms.flatMap { $0 }),
  swiftLanguageModes: [.v6]
)
