/** Hands the settings to the labs of the page, now and whenever they change. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { LabSettings, publishSettings } from './page';

export const SETTINGS_ID = 'brainpy-lab:plugin';

export async function followSettings(registry: ISettingRegistry): Promise<void> {
  const settings = await registry.load(SETTINGS_ID);
  const publish = () => publishSettings(settings.composite as unknown as LabSettings);
  settings.changed.connect(publish);
  publish();
}
