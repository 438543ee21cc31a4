import Clouds
import CostModel
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Prices put together from the catalogue's parts, against our fake.
@Suite struct GCPPriceTests {
  private func prices(
    _ bench: GCPBench, of types: Set<InstanceType>, in regions: [Region] = ["us-central1"]
  ) async -> Result<[Price], ActuateError> {
    let source = GCPPrices(
      cloud: "gcp", endpoint: bench.endpoint, credentials: gcpCredentials(bench.time),
      transport: bench.transport, time: bench.time)
    do throws(ActuateError) {
      return .success(try await source.prices(of: types, in: regions))
    } catch { return .failure(error) }
  }

  @Test func `A machine costs its cores, its memory and its GPUs, exactly`() async throws {
    try await withGCP { bench in
      let found = try await prices(bench, of: ["g2-standard-8"]).get()
      let demand = try #require(found.first { $0.capacity == .onDemand })
      // 8 × 0.024988 + 32 × 0.002927 + 0.56
      #expect(demand.hourly == HourlyRate(perHour: Money(nanos: 853_568_000)))
      let spot = try #require(found.first { $0.capacity == .spot })
      // 8 × 0.01 + 32 × 0.001 + 0.2
      #expect(spot.hourly == HourlyRate(perHour: Money(nanos: 312_000_000)))
      #expect(demand.asOf == "2026-11-21" && demand.region == "us-central1")
      #expect(
        demand.source
          == "Google Cloud Billing catalogue: 8 × G2 Instance Core + 32 GiB × G2 Instance Ram + "
          + "1 × Nvidia L4 GPU; disks and local SSDs are not in it")
      #expect(found.count == 2)
    }
  }

  @Test func `GPUs attached to an N1 are priced with it, parts of a gibibyte too`() async throws {
    try await withGCP { bench in
      let type: InstanceType = "n1-standard-1+nvidia-tesla-t4:2"
      let found = try await prices(bench, of: [type]).get()
      // 0.031611 + 3.75 × 0.004237 + 2 × 0.35 = 0.74749975
      #expect(found.map(\.hourly) == [HourlyRate(perHour: Money(nanos: 747_499_750))])
      #expect(found.first?.source.contains("3.75 GiB") == true)
    }
  }

  @Test func `Everything that is sold in a region is listed, and nothing that is not`() async throws
  {
    try await withGCP { bench in
      let here = try await prices(bench, of: []).get()
      #expect(Set(here.map(\.type)).contains("a2-highgpu-8g"))
      #expect(!here.contains { $0.type == "a3-highgpu-8g" || $0.type == "a2-ultragpu-1g" })
      #expect(try await prices(bench, of: [], in: ["europe-west4"]).get().isEmpty)
    }
  }

  @Test(arguments: ["a3-megagpu-8g", "e2-standard-4", "n1-standard-3+nvidia-tesla-t4:1", "p5.4x"])
  func `A type that is not put together here is refused, not guessed`(
    type: InstanceType
  ) async throws {
    try await withGCP { bench in
      let failure = await prices(bench, of: [type]).failure?.refusal
      #expect(failure?.code == "NotComposed")
      #expect(failure?.message.contains(type.rawValue) == true)
    }
  }

  @Test func `Two prices for one part, another unit or a missing part are errors`() async throws {
    try await withGCP { bench in
      let good = FakeGCP.SKU.standard
      let second = FakeGCP.SKU("Nvidia L4 GPU running in Iowa", price: Money(nanos: 1))
      bench.cloud.setCatalogue(good + [second])
      #expect(await prices(bench, of: ["g2-standard-8"]).failure?.refusal?.code == "NoOnePrice")
      let monthly = good.map { sku in
        var sku = sku
        if sku.description.contains("L4") { sku.unit = "mo" }
        return sku
      }
      bench.cloud.setCatalogue(monthly)
      #expect(await prices(bench, of: ["g2-standard-8"]).failure?.refusal?.code == "NoOnePrice")
      bench.cloud.setCatalogue(good.filter { !$0.description.contains("Ram") })
      #expect(await prices(bench, of: ["g2-standard-8"]).failure?.refusal?.code == "NoOnePrice")
    }
  }

  @Test func `A catalogue of several pages is read whole`() async throws {
    try await withGCP { bench in
      let filler = (0..<6000).map { FakeGCP.SKU("Thing \($0) running in Iowa", price: .zero) }
      bench.cloud.setCatalogue(filler + FakeGCP.SKU.standard)
      let found = try await prices(bench, of: ["g2-standard-8"]).get()
      #expect(found.count == 2)
      #expect(bench.cloud.calls("cloudbilling.services.skus.list").count == 2)
    }
  }
}
