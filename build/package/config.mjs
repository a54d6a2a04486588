// @ts-check
// What a package of Parley is, on each system. dist.mjs hands `builder` to electron-builder and `deb` to
// electron-installer-debian.

import { basename, dirname, join } from 'node:path'
import { OUT, ROOT } from '../tools.mjs'
import { FILE_LIST, STAGED } from './stage.mjs'

const HERE = join(ROOT, 'build', 'package')
const ICONS = join(HERE, 'icons')
const SUMMARY = 'A voice assistant that lives on the desktop'

/** Where updates come from, such as `https://example.org/parley`: set by whoever releases. Without it, none are looked for. */
const FEED = process.env.PARLEY_UPDATES

/** @type {import('electron-builder').Configuration} */
export const builder = {
  appId: 'app.parley.desktop',
  productName: 'Parley',
  copyright: 'GPL-3.0-or-later',
  directories: { app: ROOT, buildResources: HERE, output: join(OUT, 'dist') },
  extraMetadata: { main: 'main/main.cjs', author: 'The Parley authors', desktopName: 'parley.desktop' },
  artifactName: 'Parley-${version}-${os}-${arch}.${ext}',

  // The built shell and window. Of node_modules comes what package.json calls dependencies: native modules, which alone
  // are not bundled; their programs for this system, unpacked from the archive by electron-builder itself.
  files: [
    'package.json',
    { from: OUT, to: '.', filter: ['{main,preload,renderer,problem,self-test}/**', '!**/licenses.json'] },
    { from: dirname(FILE_LIST), to: '.', filter: [basename(FILE_LIST)] },
    '!**/node_modules/*/{src,libuiohook,binding.gyp}',
    '!**/node_modules/*/prebuilds/!(${platform}-${arch})',
  ],
  extraResources: [
    { from: STAGED, to: 'sidecar' },
    { from: ROOT, to: '.', filter: ['LICENSE', 'THIRD_PARTY_NOTICES'] },
  ],
  asar: true,
  npmRebuild: false, // native modules bring their own builds, by Node-API, which fit every Electron
  electronLanguages: ['en', 'en-US'], // of Chromium's own few words; the window speaks English only
  publish: FEED ? [{ provider: 'generic', url: FEED }] : null,

  // A11: nobody borrows our microphone by starting Parley as another program. docs: electronjs.org, Electron Fuses.
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    // Parley keeps no cookies, and their key would be asked of the keyring at every start.
    enableCookieEncryption: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false, // the page lives on app://parley
  },

  linux: {
    target: ['AppImage'], // and the deb below
    executableName: 'parley',
    icon: join(ICONS, 'png'),
    extraResources: [{ from: join(HERE, 'linux', 'apparmor-profile'), to: 'apparmor-profile' }],
    extraFiles: [{ from: ROOT, to: '.', filter: ['LICENSE'] }], // becomes the deb's copyright file
    category: 'Utility',
    synopsis: SUMMARY,
    maintainer: 'The Parley authors <authors@parley.invalid>',
  },
  // A runtime that is whole in itself: the old one needs libfuse2, which newer systems do not have.
  toolsets: { appimage: '1.0.3' },

  win: { target: ['nsis'], icon: join(ICONS, 'parley.ico') },
  nsis: {
    oneClick: true, // for this user, without an administrator
    deleteAppDataOnUninstall: false,
    include: join(HERE, 'win', 'installer.nsh'),
  },

  mac: {
    target: ['dmg', 'zip'], // updates take the zip
    icon: join(ICONS, 'parley.icns'),
    category: 'public.app-category.productivity',
    hardenedRuntime: true,
    entitlements: join(HERE, 'mac', 'app.plist'),
    entitlementsInherit: join(HERE, 'mac', 'app.plist'),
    preAutoEntitlements: false,
    sign: join(HERE, 'mac', 'sign.mjs'), // the sidecar's programs have a list of their own
    extendInfo: {
      NSMicrophoneUsageDescription:
        'Parley listens while its microphone is open, so that you can talk to it.',
    },
  },
}

/**
 * Of electron-installer-debian, which needs dpkg-deb alone: the package that is shipped can be made and tried anywhere.
 * electron-builder's own needs a fpm that it fetches.
 */
export const deb = {
  name: 'parley',
  productName: 'Parley',
  genericName: 'Voice assistant',
  description: SUMMARY,
  productDescription:
    'You talk, it answers aloud with subtitles, you can cut in, and nothing that you said is lost. It works without a network.',
  maintainer: builder.linux?.maintainer ?? '',
  section: 'sound',
  categories: ['Utility'],
  bin: 'parley',
  depends: [
    // Electron's: what its program is linked with, and what it opens while it runs.
    ...[
      'libasound2 | libasound2t64',
      'libatspi2.0-0',
      'libdrm2',
      'libgbm1',
      'libgtk-3-0',
      'libnotify4',
      'libnss3',
    ],
    ...['libsecret-1-0', 'libxcb-dri3-0', 'libxss1', 'libxtst6', 'xdg-utils'],
    // The sidecar's: binary wheels count on these (PEP 600).
    ...['libstdc++6', 'libgcc-s1'],
  ],
  // The tray, sound, and the hotkey that is held to talk (uiohook-napi), without which a press begins and ends it.
  recommends: ['libayatana-appindicator3-1', 'pulseaudio | pipewire-pulse', 'libxt6'],
  icon: Object.fromEntries(
    [16, 32, 48, 64, 128, 256, 512].map((size) => [
      `${size}x${size}`,
      join(ICONS, 'png', `${size}x${size}.png`),
    ]),
  ),
  scripts: {
    postinst: join(HERE, 'linux', 'postinst'),
    prerm: join(HERE, 'linux', 'prerm'),
    postrm: join(HERE, 'linux', 'postrm'),
  },
  compression: 'xz',
}
