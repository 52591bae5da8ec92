// Bluesky's reference server with a directory of identities in memory, on loopback only.
// usage: node server.cjs FOLDER    (FOLDER gets the data; node_modules are found from the cwd)
// Prints one line of JSON when it is ready; ends when its standard input closes.
const fs = require('fs')
const net = require('net')
const path = require('path')
const { randomBytes } = require('crypto')
const { createRequire } = require('module')

const load = createRequire(path.join(process.cwd(), 'server.cjs'))

// Both servers call listen(port) without a host, which would be every interface.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (options, ...rest) {
  const port = typeof options === 'object' && options !== null ? options.port : options
  const callback = rest.find((one) => typeof one === 'function')
  return listen.call(this, { port, host: '127.0.0.1' }, callback)
}

const secret = () => randomBytes(32).toString('hex')

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer()
    probe.listen(0, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const main = async () => {
  const folder = process.argv[2]
  const plc = load('@did-plc/server')
  const { PDS, envToCfg, envToSecrets } = load('@atproto/pds')
  const [port, plcPort] = [await freePort(), await freePort()]
  const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
  await directory.start()
  const blobs = path.join(folder, 'blobs')
  fs.mkdirSync(blobs, { recursive: true })
  const settings = {
    port,
    hostname: 'localhost',
    devMode: true,
    serviceHandleDomains: ['.test'],
    dataDirectory: folder,
    blobstoreDiskLocation: blobs,
    blobstoreDiskTmpLocation: path.join(folder, 'tmp'),
    blobUploadLimit: 5 * 1024 * 1024,
    didPlcUrl: `http://127.0.0.1:${plcPort}`,
    jwtSecret: secret(),
    dpopSecret: secret(),
    adminPassword: secret(),
    plcRotationKeyK256PrivateKeyHex: secret(),
    inviteRequired: false,
    rateLimitsEnabled: false,
    disableSsrfProtection: true,
    crawlers: [],
  }
  const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
  await pds.start()
  process.stdout.write(JSON.stringify({ url: `http://127.0.0.1:${port}` }) + '\n')
  process.stdin.resume()
  process.stdin.on('end', () => process.exit(0))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
