// swift-tools-version: 6.1
import PackageDescription

// Measurements, apart from the product so that it does not depend on the measuring instrument.
//
//   swift package --package-path Benchmarks benchmark
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "finops", path: ".."),
    .package(
      url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Collect",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Collectors", package: "finops"),
        .product(name: "FleetModel", package: "finops"),
      ],
      path: "Benchmarks/Collect",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  // The instrument's default configuration is a global that language mode 6 refuses to set.
  swiftLanguageModes: [.v5])
