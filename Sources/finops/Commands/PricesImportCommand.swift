import ArgumentParser
import CostModel
import FleetModel
import Foundation
import Reports

/// `finops prices import`: a catalogue file into the price file.
struct PricesImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take the prices of a catalogue file (SkyPilot's CSV) into the price file.",
    discussion: """
      What is left out is counted, with the reason. A price that cannot be, and one that moved
      further than safety.largest_jump allows, is kept out and listed. On an error nothing is
      written.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case skypilot }

  @Argument(help: "The file, such as catalogs/v8/gcp/vms.csv.")
  var file: String
  @Option(help: "The cloud's kind (aws, gcp, azure, …); without it, taken from the file's path.")
  var cloud: String?
  @Option(help: "The file's form: skypilot.")
  var format: Format = .skypilot
  @Option(help: "The day the prices are of, as 2026-11-21; without it, when the file was changed.")
  var asOf: String?
  @Flag(help: "Machines without a GPU too.")
  var all = false
  @OptionGroup var intake: PriceIntake
  @OptionGroup var desk: PriceDesk

  /// A catalogue of all regions and machines of a large cloud has some 20 MB.
  private static let longest = 256 << 20

  func run() async throws {
    let settings = try desk.settings()
    let bytes = try contents()
    let catalogue = SkyPilotCatalogue(
      cloud: try kind(), source: "SkyPilot catalogue, \(shortName)", asOf: try day(), all: all)
    let reading: CatalogueReading
    do { reading = try catalogue.read(bytes) } catch {
      tell("finops: \(file): \(error); nothing was imported")
      throw Exit.failed
    }
    print(summary(reading))
    guard !reading.prices.isEmpty else {
      tell("finops: \(file) gives no price; nothing was imported")
      throw Exit.failed
    }
    try intake.take(reading.prices, settings)
  }

  /// The file and the folder it is in: that is where the cloud's name stands.
  private var shortName: String {
    URL(filePath: file).standardizedFileURL.pathComponents.suffix(2).joined(separator: "/")
  }

  private func contents() throws -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: file))
      defer { try? handle.close() }
      let data = try handle.read(upToCount: Self.longest + 1) ?? Data()
      guard data.count <= Self.longest else {
        tell("finops: \(file) is larger than 256 MiB")
        throw Exit.failed
      }
      return [UInt8](data)
    } catch let error as ExitCode {
      throw error
    } catch {
      tell("finops: \(file): \(error.localizedDescription)")
      throw Exit.failed
    }
  }

  /// Kinds that a path may name; any other is given by --cloud.
  private static let kinds = [
    "aws", "gcp", "azure", "runpod", "lambda", "vast", "nebius", "oci", "paperspace", "do", "cudo",
    "fluidstack", "ibm", "scp", "hyperbolic", "primeintellect", "shadeform", "verda",
  ]

  private func kind() throws -> CloudName {
    if let cloud, !cloud.isEmpty { return CloudName(cloud) }
    let url = URL(filePath: file).standardizedFileURL
    let names = [
      url.deletingPathExtension().lastPathComponent,
      url.deletingLastPathComponent().lastPathComponent,
    ]
    guard let name = names.first(where: Self.kinds.contains) else {
      tell("finops: which cloud is \(file) of? Say it with --cloud, as --cloud gcp")
      throw Exit.usage
    }
    return CloudName(name)
  }

  private func day() throws -> String {
    if let asOf {
      guard Timestamp(rfc3339: asOf) != nil, !asOf.contains("T") else {
        tell("finops: --as-of takes a day such as 2026-11-21, not '\(asOf)'")
        throw Exit.usage
      }
      return asOf
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let changed = attributes?[.modificationDate] as? Date ?? Date()
    return People.day(Timestamp(seconds: Int64(changed.timeIntervalSince1970)))
  }

  private func summary(_ reading: CatalogueReading) -> String {
    var lines = [
      "\(People.count(reading.rows, "row")), \(People.count(reading.prices.count, "price")) as of "
        + "\(reading.prices.first?.asOf ?? "never")"
    ]
    for reason in CatalogueReading.Skip.allCases {
      guard let count = reading.skipped[reason] else { continue }
      let line = reading.firstLine[reason].map { ", first in line \($0)" } ?? ""
      lines.append("  \(People.count(count, "row")) left out: \(reason.explanation)\(line)")
    }
    if reading.zonesThatDiffer > 0 {
      let count = People.count(reading.zonesThatDiffer, "price")
      lines.append("  \(count) differ by zone: the dearest counts")
    }
    if reading.rounded > 0 {
      lines.append("  \(People.count(reading.rounded, "price")) rounded to the nano-dollar")
    }
    return lines.joined(separator: "\n")
  }
}
